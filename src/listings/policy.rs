//! What a service promises to a client who cancels.

crate::word_enum! {
    /// What returns to a client who cancels; the times are elapsed time to the start.
    Policy { Flexible => "flexible", Standard => "standard", Strict => "strict" }
}

impl Policy {
    pub fn words(self) -> &'static str {
        match self {
            Self::Flexible => "Free up to 24 hours before, half the price up to the start",
            Self::Standard => "Free up to 48 hours before, half the price up to 24 hours before",
            Self::Strict => "Free up to 7 days before, half the price up to 48 hours before",
        }
    }
}
