//! How much work a file may make.

use crate::calendar_file::unreadable::Flaw;

/// The steps that reading one file may still take, and the event under way.
pub struct Budget {
    file: i64,
    event: i64,
}

impl Budget {
    /// Less than half a second of work on one core.
    const FILE: i64 = 5_000_000;
    /// A hundred years of one event that happens every hour.
    const EVENT: i64 = 1_000_000;

    pub const fn of_a_file() -> Self {
        Self { file: Self::FILE, event: Self::EVENT }
    }

    /// The event under way begins with a share of its own.
    pub fn begin_event(&mut self) {
        self.event = Self::EVENT;
    }

    pub fn pay(&mut self, steps: i64) -> Result<(), Flaw> {
        self.file = self.file.saturating_sub(steps);
        self.event = self.event.saturating_sub(steps);
        match (self.file < 0, self.event < 0) {
            (true, _) => Err(Flaw::Spent),
            (false, true) => Err(Flaw::TooOften),
            (false, false) => Ok(()),
        }
    }
}
