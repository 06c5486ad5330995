//! What can be wrong with a file that somebody gave us.

/// Why a calendar was not taken, in words for its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("This file is larger than 2 MB. Export a shorter period and try again.")]
    TooLarge,
    #[error("This calendar has more than 20,000 lines. Export a shorter period and try again.")]
    TooLong,
    #[error("This file is not text in UTF-8. Export the calendar again as an .ics file.")]
    NotUtf8,
    #[error("This is not a calendar. Look for a file or an address that ends in .ics.")]
    NotACalendar,
    #[error("This calendar ends in the middle. Export or download it again.")]
    CutOff,
    #[error("This calendar is damaged at line {0}. Export it again.")]
    Broken(usize),
    #[error("We cannot read the date or time in line {0}. Correct that event and export again.")]
    Time(usize),
    #[error("We cannot read how the event in line {0} repeats. Correct it and export again.")]
    Rule(usize),
    #[error(
        "This calendar has too many events: more than 5,000 in the next 400 days, or one that \
         repeats too often."
    )]
    TooManyEvents,
}
