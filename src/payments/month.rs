//! A month of the calendar, as sums are made by it.

use jiff::ToSpan;
use jiff::tz::TimeZone;

use crate::clock::{Day, Instant};
use crate::locale::{self, DayShape, Locale};

/// Kept as its first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(Day);

impl Month {
    pub fn of(day: Day) -> Self {
        Self(day.month())
    }

    /// Reads `2026-11`, in the years that a calendar can hold.
    pub fn parse(text: &str) -> Option<Self> {
        let shape = |(at, c): (usize, char)| if at == 4 { c == '-' } else { c.is_ascii_digit() };
        let is_plain = text.len() == 7 && text.chars().enumerate().all(shape);
        Day::parse(&format!("{text}-01")).filter(|_| is_plain).map(Self)
    }

    /// So many months on, or back.
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        let first = self.0.date();
        Self(Day::of(first.checked_add(months.months()).unwrap_or(first)))
    }

    /// Its first instant in a zone.
    pub fn begin(self, zone: &TimeZone) -> Instant {
        self.0.begin(zone)
    }

    /// "November 2026".
    pub fn words(self, locale: impl AsRef<Locale>) -> String {
        self.0.shaped(locale, DayShape::Month)
    }

    /// "Nov".
    pub fn brief(self) -> String {
        locale::month(self.0.date()).to_string()
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.date().strftime("%Y-%m").fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_reads_back_as_it_was_shown_and_anything_else_is_none() {
        let november = Month::parse("2026-11").unwrap();
        assert_eq!(november.to_string(), "2026-11");
        assert_eq!(november.plus(2).to_string(), "2027-01");
        assert_eq!(november.plus(-11).words(Locale::NEUTRAL), "December 2025");
        for bad in ["", "2026", "2026-13", "2026-1", "2026-11-01", "99999-1", "2026/11", "-200-01"]
        {
            assert!(Month::parse(bad).is_none(), "{bad}");
        }
    }
}
