//! How a reader writes dates, times and numbers: by the [`Locale`] they chose. Words stay English.
//!
//! A locale decides the order of day, month and year, 12 or 24 hours, the day on which a week of a
//! calendar begins, and the signs that group and divide figures. Its [`LocalZone`] is what texts for
//! one reader are made with: where they are, and how it is written there.
//!
//! Not here: machine forms (`datetime`, iCalendar, CSV, the values of forms), which are the same for
//! everybody, and papers, which stay in [`Locale::NEUTRAL`] as they were issued.

mod dates;
mod figures;
mod local_zone;
mod table;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use jiff::civil::{date, time};

pub use dates::{DayShape, abbreviation, month, weekday};
pub use local_zone::LocalZone;

use table::{Conventions, TABLE};

/// One of the locales that can be chosen.
#[derive(Clone, Copy)]
pub struct Locale(&'static Conventions);

impl Locale {
    /// The site's own, for whoever is not signed in and for what has no reader.
    pub const NEUTRAL: Self = Self(&table::NEUTRAL);

    /// By its tag, in whatever case.
    pub fn find(tag: &str) -> Option<Self> {
        Self::all().find(|locale| locale.tag().eq_ignore_ascii_case(tag))
    }

    /// As it is kept with an account; a tag that is gone reads as the site's own.
    pub fn of(tag: &str) -> Self {
        Self::find(tag).unwrap_or_default()
    }

    /// The first that a browser's `Accept-Language` names; a bare language is that of the first
    /// place in the list. What a browser weighs as nothing it does not want.
    pub fn accepted(header: &str) -> Self {
        let wanted = header.split(',').filter_map(|part| {
            let (tag, weight) = part.split_once(';').unwrap_or((part, ""));
            let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
            let is_none = weight.parse().is_ok_and(|weight: f32| weight <= 0.0);
            (!is_none).then_some(tag.trim())
        });
        let known = |tag: &str| Self::find(tag).or_else(|| Self::of_language(tag));
        wanted.take(20).find_map(known).unwrap_or_default()
    }

    fn of_language(language: &str) -> Option<Self> {
        Self::all().find(|locale| {
            let (known, _) = locale.tag().split_once('-').unwrap_or_default();
            known.eq_ignore_ascii_case(language)
        })
    }

    /// In the order in which they are offered.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(Self)
    }

    pub fn tag(self) -> &'static str {
        self.0.tag
    }

    /// "English (United States)".
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// What stands first in a date, for scripts: `day`, `month` or `year`.
    pub fn order(self) -> &'static str {
        self.0.order.word()
    }

    /// What stands behind the hours of each half of the day, for scripts: "AM PM"; empty where there
    /// are 24.
    pub fn halves(self) -> String {
        self.0.halves.map_or(String::new(), |(before, after)| format!("{before} {after}"))
    }

    /// Days of the week, Monday 1 to Sunday 7, as a calendar of this locale has them.
    pub fn weekdays(self) -> [i16; 7] {
        std::array::from_fn(|n| {
            let days = i16::try_from(n).unwrap_or(0);
            (self.0.first_weekday - 1 + days) % 7 + 1
        })
    }

    /// A text whose figure has a comma for its thousands and a point for its decimals, with the
    /// signs of this locale: `£1,234.50` becomes `£1.234,50`. A text without a figure stays.
    pub fn figures(self, neutral: &str) -> Cow<'_, str> {
        match self.0.figures.is_neutral() {
            true => Cow::Borrowed(neutral),
            false => Cow::Owned(self.0.figures.rewrite(neutral)),
        }
    }

    /// Digits, perhaps with a point among them, with the signs of this locale: `1234.5`.
    pub fn figure(self, plain: &str) -> String {
        self.0.figures.plain(plain)
    }

    /// A whole number: `1,234`.
    pub fn count(self, number: i64) -> String {
        let sign = if number < 0 { "\u{2212}" } else { "" };
        format!("{sign}{}", self.0.figures.grouped(&number.unsigned_abs().to_string()))
    }

    /// What it looks like, for whoever chooses: "Nov 23, 2026, 9:30 AM – 1,234.50".
    pub fn example(self) -> String {
        let day = self.day(date(2026, 11, 23), DayShape::Plain);
        format!("{day}, {} – {}", self.time(time(9, 30, 0, 0)), self.figures("12,345.50"))
    }
}

impl Default for Locale {
    fn default() -> Self {
        Self::NEUTRAL
    }
}

impl AsRef<Locale> for Locale {
    fn as_ref(&self) -> &Locale {
        self
    }
}

impl PartialEq for Locale {
    fn eq(&self, other: &Self) -> bool {
        self.tag() == other.tag()
    }
}

impl Eq for Locale {}

impl std::fmt::Debug for Locale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.tag())
    }
}
