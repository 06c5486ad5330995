//! The words a booking is described by.

use crate::db::PreparedCondition;

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
    pub const IS_BLOCKING: PreparedCondition =
        PreparedCondition("bookings.state IN ('held', 'pending', 'confirmed')");

    /// True of a row whose deadline counts, in the words of its index.
    pub const IS_OPEN: PreparedCondition =
        PreparedCondition("bookings.state IN ('held', 'pending')");

    /// True of a confirmed one, in the words of its index.
    pub const IS_CONFIRMED: PreparedCondition = PreparedCondition("bookings.state = 'confirmed'");

    /// True of a row whose request has had its answer or its end, in the words of its index.
    pub const IS_SETTLED: PreparedCondition = PreparedCondition(
        "bookings.state IN ('confirmed', 'completed', 'declined', 'expired', 'cancelled')",
    );

    /// Those that keep their time from others.
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
