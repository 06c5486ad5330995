//! Dates and times in words: the one place that makes them.

use std::fmt::{self, Display, Formatter};

use jiff::Zoned;
use jiff::civil::{Date, Time};

use super::Locale;
use super::table::DateOrder;

/// How much of a date is said, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayShape {
    /// "Tue 24 Nov 2026".
    Full,
    /// "Tue 24 Nov", where the year is plain.
    Brief,
    /// "24 Nov 2026", where the day of the week is nothing to know.
    Plain,
    /// "24 Nov".
    Short,
    /// "24 November".
    Long,
    /// "Tuesday 24 November".
    Heading,
    /// "24 November 2026".
    Dated,
    /// "November 2026".
    Month,
}

impl DayShape {
    fn pattern(self, order: DateOrder) -> &'static str {
        match (order, self) {
            (DateOrder::DayMonthYear, Self::Full) => "%a %-d %b %Y",
            (DateOrder::DayMonthYear, Self::Brief) => "%a %-d %b",
            (DateOrder::DayMonthYear, Self::Plain) => "%-d %b %Y",
            (DateOrder::DayMonthYear, Self::Short) => "%-d %b",
            (DateOrder::DayMonthYear, Self::Long) => "%-d %B",
            (DateOrder::DayMonthYear, Self::Heading) => "%A %-d %B",
            (DateOrder::DayMonthYear, Self::Dated) => "%-d %B %Y",
            (DateOrder::MonthDayYear, Self::Full) => "%a, %b %-d, %Y",
            (DateOrder::MonthDayYear, Self::Brief) => "%a, %b %-d",
            (DateOrder::MonthDayYear, Self::Plain) => "%b %-d, %Y",
            (DateOrder::MonthDayYear, Self::Heading) => "%A, %B %-d",
            (DateOrder::MonthDayYear, Self::Dated) => "%B %-d, %Y",
            (DateOrder::YearMonthDay, Self::Full) => "%Y %b %-d (%a)",
            (DateOrder::YearMonthDay, Self::Brief) => "%b %-d (%a)",
            (DateOrder::YearMonthDay, Self::Plain) => "%Y %b %-d",
            (DateOrder::YearMonthDay, Self::Heading) => "%B %-d (%A)",
            (DateOrder::YearMonthDay, Self::Dated) => "%Y %B %-d",
            (DateOrder::MonthDayYear | DateOrder::YearMonthDay, Self::Short) => "%b %-d",
            (DateOrder::MonthDayYear | DateOrder::YearMonthDay, Self::Long) => "%B %-d",
            (DateOrder::DayMonthYear | DateOrder::MonthDayYear, Self::Month) => "%B %Y",
            (DateOrder::YearMonthDay, Self::Month) => "%Y %B",
        }
    }
}

/// A time of day as it is written; made into text only where it stands.
#[derive(Clone, Copy)]
struct TimeText {
    halves: Option<(&'static str, &'static str)>,
    at: Time,
}

impl TimeText {
    fn half(self) -> Option<&'static str> {
        self.halves.map(|(before, after)| if self.at.hour() < 12 { before } else { after })
    }
}

impl Display for TimeText {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.half() {
            None => self.at.strftime("%H:%M").fmt(f),
            Some(half) => write!(f, "{} {half}", self.at.strftime("%-I:%M")),
        }
    }
}

/// From one to the other, the half of the day named once where both lie in it. Up to midnight they
/// do not, though its half has the same name.
struct TimesText(TimeText, TimeText);

impl Display for TimesText {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(from, to) = self;
        let is_one = from.half() == to.half() && from.at <= to.at;
        match from.half().is_some() && is_one {
            true => write!(f, "{}–{to}", from.at.strftime("%-I:%M")),
            false => write!(f, "{from}–{to}"),
        }
    }
}

impl Locale {
    pub fn day(self, date: Date, shape: DayShape) -> String {
        self.day_text(date, shape).to_string()
    }

    fn day_text(self, date: Date, shape: DayShape) -> impl Display {
        date.strftime(shape.pattern(self.0.order))
    }

    /// "09:30", "9:30 AM".
    pub fn time(self, at: Time) -> String {
        self.time_text(at).to_string()
    }

    fn time_text(self, at: Time) -> TimeText {
        TimeText { halves: self.0.halves, at }
    }

    /// "09:30–10:00", "9:30–10:00 AM", "11:30 AM–12:30 PM".
    pub fn times(self, from: Time, to: Time) -> impl Display {
        TimesText(self.time_text(from), self.time_text(to))
    }

    /// The same of hours within one day: those up to its end end at 24:00, as it was typed.
    pub fn window(self, from: Time, to: Time) -> String {
        match self.0.halves {
            None if to == Time::midnight() => format!("{}–24:00", self.time_text(from)),
            _ => self.times(from, to).to_string(),
        }
    }

    /// "Mon 23 Nov 2026, 09:30 GMT".
    pub fn moment(self, at: &Zoned) -> String {
        let day = self.day_text(at.date(), DayShape::Full);
        format!("{day}, {} {}", self.time_text(at.time()), abbreviation(at))
    }

    /// "Mon 23 Nov 2026, 09:30–10:00 GMT"; of an hour over midnight its last day is named as well.
    pub fn hours(self, from: &Zoned, to: &Zoned) -> String {
        let day = self.day_text(from.date(), DayShape::Full);
        let (begin, end) = (self.time_text(from.time()), self.time_text(to.time()));
        match from.date() == to.date() {
            true => format!("{day}, {} {}", TimesText(begin, end), abbreviation(to)),
            false => format!("{day}, {begin}–{} {end} {}", weekday(to.date()), abbreviation(to)),
        }
    }

    /// "09:30 GMT".
    pub fn time_there(self, at: &Zoned) -> String {
        format!("{} {}", self.time_text(at.time()), abbreviation(at))
    }

    /// "23 – 29 Nov", "30 Nov – 6 Dec"; "Nov 23 – 29".
    pub fn days(self, first: Date, last: Date) -> String {
        let short = |date| self.day_text(date, DayShape::Short);
        match (first.month() == last.month(), self.0.order) {
            (true, DateOrder::DayMonthYear) => format!("{} – {}", first.day(), short(last)),
            (true, _) => format!("{} – {}", short(first), last.day()),
            (false, _) => format!("{} – {}", short(first), short(last)),
        }
    }
}

/// "Mon".
pub fn weekday(date: Date) -> impl Display {
    date.strftime("%a")
}

/// "Nov".
pub fn month(date: Date) -> impl Display {
    date.strftime("%b")
}

/// "GMT"; "+0545" where the zone has no letters.
pub fn abbreviation(at: &Zoned) -> impl Display {
    at.strftime("%Z")
}
