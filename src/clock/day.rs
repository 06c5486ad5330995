//! A date on the calendar, without a zone.

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Integer;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::Instant;
use crate::locale::{DayShape, Locale};

/// Kept as the number of days since 1970-01-01, which both databases compare alike; posted and
/// shown as `2026-11-23`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Integer)]
pub struct Day(i32);

const FIRST: Date = date(1970, 1, 1);

impl Day {
    pub fn of(date: Date) -> Self {
        Self(FIRST.until(date).map_or(0, |span| span.get_days()))
    }

    /// Reads exactly ten characters, in the years that a calendar can hold.
    pub fn parse(text: &str) -> Option<Self> {
        let date: Date = text.parse().ok()?;
        (text.len() == 10 && (1970..=2200).contains(&date.year())).then(|| Self::of(date))
    }

    pub fn date(self) -> Date {
        FIRST.checked_add(self.0.days()).unwrap_or(FIRST)
    }

    /// Its first instant in a zone; where midnight does not exist, what comes next.
    pub fn begin(self, zone: &TimeZone) -> Instant {
        let start = self.date().to_zoned(zone.clone());
        start.map_or(Instant::from_micros(0), |at| {
            Instant::from_micros(at.timestamp().as_microsecond())
        })
    }

    /// Days since 1970-01-01, as it is kept.
    pub fn number(self) -> i32 {
        self.0
    }

    /// Monday 1 to Sunday 7.
    pub fn weekday(self) -> i16 {
        self.date().weekday().to_monday_one_offset().into()
    }

    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Days from here to another date; negative when it is earlier.
    pub fn days_to(self, other: Self) -> i32 {
        other.0.saturating_sub(self.0)
    }

    /// The Monday of its week, which names an ISO week.
    #[must_use]
    pub fn monday(self) -> Self {
        self.plus(1 - i32::from(self.weekday()))
    }

    /// The first of its month.
    #[must_use]
    pub fn month(self) -> Self {
        Self::of(self.date().first_of_month())
    }

    /// "Tue 24 Nov", where the year is plain.
    pub fn brief(self, locale: impl AsRef<Locale>) -> String {
        self.shaped(locale, DayShape::Brief)
    }

    /// "24 Nov 2026", where the day of the week is nothing to know.
    pub fn plain(self, locale: impl AsRef<Locale>) -> String {
        self.shaped(locale, DayShape::Plain)
    }

    /// "Tue 24 Nov 2026".
    pub fn words(self, locale: impl AsRef<Locale>) -> String {
        self.shaped(locale, DayShape::Full)
    }

    pub fn shaped(self, locale: impl AsRef<Locale>, shape: DayShape) -> String {
        locale.as_ref().day(self.date(), shape)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.date().fmt(f)
    }
}

crate::stored_as!(Day as i32, Integer, |day| &day.0, |days| Ok(Self(days)));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_reads_back_as_it_was_shown() {
        for text in ["1970-01-01", "2026-11-23", "2100-02-28", "2028-02-29"] {
            assert_eq!(Day::parse(text).unwrap().to_string(), text);
        }
        for bad in ["", "2026-1-1", "2026-02-30", "9999-01-01", "20261123", "2026-11-23T00:00"] {
            assert!(Day::parse(bad).is_none(), "{bad} was read");
        }
        let tuesday = Day::parse("2026-11-24").unwrap();
        assert_eq!((tuesday.weekday(), tuesday.monday().to_string().as_str()), (2, "2026-11-23"));
        assert_eq!(tuesday.month().to_string(), "2026-11-01");
        assert_eq!(tuesday.days_to(tuesday.plus(-3)), -3);
    }
}
