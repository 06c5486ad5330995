//! What can be wrong with a file that somebody gave us, and with one event of it.

/// Why a calendar was not taken, in words for its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("This file is larger than 10 MB. Export a shorter period and try again.")]
    TooLarge,
    #[error("This is not a calendar. Look for a file or an address that ends in .ics.")]
    NotACalendar,
    #[error("This calendar ends in the middle. Export or download it again.")]
    CutOff,
    #[error("This calendar is damaged at line {0}. Export it again.")]
    Broken(usize),
    #[error(
        "This calendar has too many events: more than 5,000 in the next 400 days, or too many that \
         repeat."
    )]
    TooManyEvents,
}

/// Why one event was left out, in words that end a sentence about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    #[error("it has no date")]
    NoStart,
    #[error("its date or time cannot be read")]
    Time,
    #[error("how it repeats cannot be read")]
    Rule,
    #[error("it repeats too often")]
    TooOften,
    /// The steps of the whole file are used up.
    #[error("there was no time left for it")]
    Spent,
}
