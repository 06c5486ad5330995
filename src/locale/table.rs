//! The locales that can be chosen and what each does differently.
//!
//! Taken from the Unicode CLDR, release 48: the order of `yMMMd` in the locale's own calendar, `hm`
//! with its signs for the halves of the day, `weekData` for the first day of the week, and the
//! symbols, grouping and `minimumGroupingDigits` of numbers. Where CLDR writes money with other signs
//! than plain numbers (de-AT, fr-CH) they are those of money, which most of our figures are.
//!
//! Not as there: between hours and minutes stands a colon and hours have two digits everywhere, as
//! in "09:30" (da-DK and fi-FI have a point, fr-CA an h); the apostrophe of de-CH is the curved
//! one; and the sign of a currency stays before its figure, as in all of the site's English.

use super::figures::NumberSigns;

/// In which order day, month and year stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateOrder {
    DayMonthYear,
    MonthDayYear,
    YearMonthDay,
}

impl DateOrder {
    pub fn word(self) -> &'static str {
        match self {
            Self::DayMonthYear => "day",
            Self::MonthDayYear => "month",
            Self::YearMonthDay => "year",
        }
    }
}

/// What a locale does.
pub(super) struct Conventions {
    pub tag: &'static str,
    pub name: &'static str,
    pub order: DateOrder,
    /// What stands behind the hours before and after noon, where there are twelve of them.
    pub halves: Option<(&'static str, &'static str)>,
    /// Monday 1 to Sunday 7.
    pub first_weekday: i16,
    pub figures: NumberSigns,
}

const LARGE: Option<(&str, &str)> = Some(("AM", "PM"));
const SMALL: Option<(&str, &str)> = Some(("am", "pm"));
const POINTED: Option<(&str, &str)> = Some(("a.m.", "p.m."));
const H24: Option<(&str, &str)> = None;

const MONDAY: i16 = 1;
const SUNDAY: i16 = 7;

/// "1,234.50", "1.234,50", "1 234,50" with a blank that does not break, and so on.
const ENGLISH: NumberSigns = NumberSigns::new(',', '.');
const INDIAN: NumberSigns = NumberSigns { has_lakhs: true, ..ENGLISH };
const POINTS: NumberSigns = NumberSigns::new('.', ',');
const BLANKS: NumberSigns = NumberSigns::new('\u{a0}', ',');
const NARROW: NumberSigns = NumberSigns::new('\u{202f}', ',');
const NARROW_POINT: NumberSigns = NumberSigns::new('\u{202f}', '.');
const APOSTROPHES: NumberSigns = NumberSigns::new('’', '.');
/// The same where four digits stand in one piece.
const SPARING_POINTS: NumberSigns = NumberSigns { grouped_from: 5, ..POINTS };
const SPARING_BLANKS: NumberSigns = NumberSigns { grouped_from: 5, ..BLANKS };

use DateOrder::{DayMonthYear, MonthDayYear, YearMonthDay};

const fn like(
    (tag, name): (&'static str, &'static str),
    order: DateOrder,
    halves: Option<(&'static str, &'static str)>,
    first_weekday: i16,
    figures: NumberSigns,
) -> Conventions {
    Conventions { tag, name, order, halves, first_weekday, figures }
}

/// The site's own.
pub(super) const NEUTRAL: Conventions =
    like(("en-GB", "English (United Kingdom)"), DayMonthYear, H24, MONDAY, ENGLISH);

/// The first of each language is what a browser means that names the language alone.
#[rustfmt::skip] // a table
pub(super) static TABLE: [Conventions; 30] = [
    NEUTRAL,
    like(("en-US", "English (United States)"), MonthDayYear, LARGE, SUNDAY, ENGLISH),
    like(("en-IE", "English (Ireland)"), DayMonthYear, H24, MONDAY, ENGLISH),
    like(("en-AU", "English (Australia)"), DayMonthYear, SMALL, MONDAY, ENGLISH),
    like(("en-CA", "English (Canada)"), MonthDayYear, POINTED, SUNDAY, ENGLISH),
    like(("en-NZ", "English (New Zealand)"), DayMonthYear, SMALL, MONDAY, ENGLISH),
    like(("en-IN", "English (India)"), DayMonthYear, SMALL, SUNDAY, INDIAN),
    like(("en-ZA", "English (South Africa)"), DayMonthYear, H24, SUNDAY, BLANKS),
    like(("en-SG", "English (Singapore)"), DayMonthYear, SMALL, SUNDAY, ENGLISH),
    like(("de-DE", "German (Germany)"), DayMonthYear, H24, MONDAY, POINTS),
    like(("de-AT", "German (Austria)"), DayMonthYear, H24, MONDAY, POINTS),
    like(("de-CH", "German (Switzerland)"), DayMonthYear, H24, MONDAY, APOSTROPHES),
    like(("fr-FR", "French (France)"), DayMonthYear, H24, MONDAY, NARROW),
    like(("fr-BE", "French (Belgium)"), DayMonthYear, H24, MONDAY, NARROW),
    like(("fr-CH", "French (Switzerland)"), DayMonthYear, H24, MONDAY, NARROW_POINT),
    like(("fr-CA", "French (Canada)"), DayMonthYear, H24, SUNDAY, BLANKS),
    like(("es-ES", "Spanish (Spain)"), DayMonthYear, H24, MONDAY, SPARING_POINTS),
    like(("es-MX", "Spanish (Mexico)"), DayMonthYear, POINTED, SUNDAY, ENGLISH),
    like(("it-IT", "Italian (Italy)"), DayMonthYear, H24, MONDAY, SPARING_POINTS),
    like(("nl-NL", "Dutch (Netherlands)"), DayMonthYear, H24, MONDAY, POINTS),
    like(("nl-BE", "Dutch (Belgium)"), DayMonthYear, H24, MONDAY, POINTS),
    like(("pt-PT", "Portuguese (Portugal)"), DayMonthYear, H24, SUNDAY, SPARING_BLANKS),
    like(("pt-BR", "Portuguese (Brazil)"), DayMonthYear, H24, SUNDAY, POINTS),
    like(("pl-PL", "Polish (Poland)"), DayMonthYear, H24, MONDAY, SPARING_BLANKS),
    like(("cs-CZ", "Czech (Czechia)"), DayMonthYear, H24, MONDAY, BLANKS),
    like(("sv-SE", "Swedish (Sweden)"), DayMonthYear, H24, MONDAY, BLANKS),
    like(("da-DK", "Danish (Denmark)"), DayMonthYear, H24, MONDAY, POINTS),
    like(("nb-NO", "Norwegian (Norway)"), DayMonthYear, H24, MONDAY, BLANKS),
    like(("fi-FI", "Finnish (Finland)"), DayMonthYear, H24, MONDAY, BLANKS),
    like(("ja-JP", "Japanese (Japan)"), YearMonthDay, H24, SUNDAY, ENGLISH),
];
