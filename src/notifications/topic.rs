//! What there is to hear of.

crate::word_enum! {
    /// One kind of news. The first six are chosen by their reader; the others always come.
    Topic {
        Requests => "requests",
        Changes => "changes",
        Reminders => "reminders",
        Offers => "offers",
        Reviews => "reviews",
        Messages => "messages",
        Money => "money",
        Security => "security",
        Moderation => "moderation",
    }
}

impl Topic {
    /// Those that somebody may turn off.
    pub fn optional() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|topic| topic.is_optional())
    }

    pub fn is_optional(self) -> bool {
        !matches!(self, Self::Money | Self::Security | Self::Moderation)
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Requests => "Requests and answers",
            Self::Changes => "Changes and cancellations",
            Self::Reminders => "Reminders",
            Self::Offers => "Offers",
            Self::Reviews => "Reviews",
            Self::Messages => "Messages",
            Self::Money => "Money",
            Self::Security => "Your account",
            Self::Moderation => "Reports and decisions",
        }
    }

    /// What belongs to it.
    pub fn explained(self) -> &'static str {
        match self {
            Self::Requests => "Somebody asks for a time, accepts or declines one.",
            Self::Changes => "A booking is moved or cancelled, or its place changes.",
            Self::Reminders => "A day and an hour before a booking.",
            Self::Offers => "Somebody asks for an offer or makes one.",
            Self::Reviews => "You can say how it went; a review opens; somebody replies.",
            Self::Messages => "Somebody writes to you, or asks you to get in touch.",
            Self::Money => "Payments, refunds, invoices and payouts.",
            Self::Security => "Sign-ins, keys, your role.",
            Self::Moderation => "No-shows, complaints, decisions about what you wrote.",
        }
    }

    /// As part of a sentence: "no mail about reminders".
    pub fn lower(self) -> String {
        self.words().to_lowercase()
    }
}
