//! The words a booking is described by.

use crate::db::Fixed;

crate::word_enum! {
    State {
        Held => "held",
        Pending => "pending",
        Confirmed => "confirmed",
        Completed => "completed",
        Declined => "declined",
        Cancelled => "cancelled",
        Expired => "expired",
    }
}

crate::word_enum! {
    /// How the price is paid. The last two come with payments.
    PayMode { Free => "free", Direct => "direct", Hold => "hold", AfterAccept => "after_accept" }
}

crate::word_enum! {
    /// On whose behalf something happened.
    By { Client => "client", Accountant => "accountant", Admin => "admin", System => "system" }
}

impl State {
    /// True of a row that keeps its time from others, in the words of the index that finds it.
    pub const IS_BLOCKING: Fixed = Fixed("bookings.state IN ('held', 'pending', 'confirmed')");

    /// The same states.
    pub const BLOCKING: [Self; 3] = [Self::Held, Self::Pending, Self::Confirmed];

    pub fn words(self) -> &'static str {
        match self {
            Self::Held => "To be paid",
            Self::Pending => "Waiting",
            Self::Confirmed => "Confirmed",
            Self::Completed => "Completed",
            Self::Declined => "Declined",
            Self::Cancelled => "Cancelled",
            Self::Expired => "Expired",
        }
    }

    /// Modifier of the tag that shows it.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Held | Self::Pending => "tag--wait",
            Self::Confirmed | Self::Completed => "tag--ok",
            Self::Declined | Self::Cancelled | Self::Expired => "tag--bad",
        }
    }
}
