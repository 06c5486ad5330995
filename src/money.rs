//! Amounts: whole minor units beside their currency, never a float.
//!
//! [`Money::parse`] reads what a person types ("85", "1,200.50", "1.200,50"); [`Money::words`] shows it
//! with its sign, as a reader writes it. There is no way to show it that asks for no locale.
//! Not here: rates between currencies. Footing never converts.

use crate::locale::Locale;

/// The currencies that prices can be in: code, sign, decimals (ISO 4217).
pub const CURRENCIES: [(&str, &str, u32); 15] = [
    ("AUD", "A$", 2),
    ("CAD", "C$", 2),
    ("CHF", "CHF\u{a0}", 2),
    ("CZK", "Kč\u{a0}", 2),
    ("DKK", "kr\u{a0}", 2),
    ("EUR", "€", 2),
    ("GBP", "£", 2),
    ("INR", "₹", 2),
    ("JPY", "¥", 0),
    ("NOK", "kr\u{a0}", 2),
    ("NZD", "NZ$", 2),
    ("PLN", "zł\u{a0}", 2),
    ("SEK", "kr\u{a0}", 2),
    ("SGD", "S$", 2),
    ("USD", "US$", 2),
];

/// The most one service can cost, in minor units.
pub const MOST_MINOR: i64 = 10_000_000;

/// An amount in minor units of one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    pub minor: i64,
    pub currency: &'static str,
}

/// What is usual to charge in, by ISO 3166.
pub fn currency_of_country(country: &str) -> &'static str {
    match country {
        "US" => "USD",
        "CA" => "CAD",
        "AU" => "AUD",
        "NZ" => "NZD",
        "IN" => "INR",
        "PL" => "PLN",
        "CH" => "CHF",
        "IE" | "DE" | "FR" | "ES" | "NL" | "IT" | "PT" | "AT" | "BE" => "EUR",
        _ => "GBP",
    }
}

/// Three letters to the currency they stand for.
pub fn currency(code: &str) -> Option<&'static str> {
    CURRENCIES.iter().map(|(known, _, _)| *known).find(|known| *known == code)
}

fn facts(code: &str) -> (&'static str, u32) {
    let found = CURRENCIES.iter().find(|(known, _, _)| *known == code);
    found.map_or(("", 2), |(_, sign, decimals)| (*sign, *decimals))
}

impl Money {
    pub fn new(minor: i64, code: &str) -> Option<Self> {
        Some(Self { minor, currency: currency(code)? })
    }

    /// Reads an amount in major units as people of any country write it; a sign is refused.
    pub fn parse(amount: &str, code: &str) -> Result<Self, &'static str> {
        let currency = currency(code).ok_or("Choose a currency from the list.")?;
        let minor = parse_minor(amount, facts(currency).1)?;
        Ok(Self { minor, currency })
    }

    /// The figure with all its decimals and nothing else: `1234.50`, `-4.25`.
    pub fn decimal(&self) -> String {
        let (_, decimals) = facts(self.currency);
        let sign = if self.minor < 0 { "-" } else { "" };
        let (unit, minor) = (10_u64.pow(decimals), self.minor.unsigned_abs());
        match decimals {
            0 => format!("{sign}{minor}"),
            _ => format!("{sign}{}.{:02}", minor / unit, minor % unit),
        }
    }

    /// With its sign and all its decimals, as figures stand below each other: `£1,234.50`, `−£4.25`.
    pub fn in_full(&self, locale: impl AsRef<Locale>) -> String {
        let plain = self.decimal();
        self.signed(plain.trim_start_matches('-'), *locale.as_ref())
    }

    /// With its sign and without empty decimals, as a reader writes it: `£1,200`, `£85.50`.
    pub fn words(&self, locale: impl AsRef<Locale>) -> String {
        let above = Self { minor: self.minor.saturating_abs(), ..*self };
        self.signed(&above.plain(), *locale.as_ref())
    }

    /// A plain figure with the sign of the currency, that of arithmetic before it.
    fn signed(&self, plain: &str, locale: Locale) -> String {
        let (sign, _) = facts(self.currency);
        let below = if self.minor < 0 { "\u{2212}" } else { "" };
        format!("{below}{sign}{}", locale.figure(plain))
    }

    /// The figure alone, as a form shows it again: `85` or `85.50`.
    pub fn plain(&self) -> String {
        let (_, decimals) = facts(self.currency);
        let unit = 10_i64.pow(decimals);
        match self.minor % unit {
            0 => format!("{}", self.minor / unit),
            rest => format!("{}.{rest:02}", self.minor / unit),
        }
    }
}

/// What people group thousands with: a comma, a point, an apostrophe of either kind, and blanks that
/// break or do not.
const GROUPING: [char; 8] = [',', '.', '\'', '’', ' ', '\u{a0}', '\u{2009}', '\u{202f}'];

/// A point or comma with one digit up to the currency's decimals behind it, at the end, is the decimal
/// sign. All others must group thousands in threes, by one and the same sign. What could be read in
/// two ways is refused.
fn parse_minor(amount: &str, decimals: u32) -> Result<i64, &'static str> {
    const SHAPE: &str = "Write an amount such as 85, 85.50 or 1,200.50.";
    const SHAPE_WHOLE: &str =
        "Write a whole amount such as 85 or 1,200: this currency has no decimals.";
    let shape = if decimals == 0 { SHAPE_WHOLE } else { SHAPE };
    let text = amount.trim();
    let width = usize::try_from(decimals).unwrap_or(0);
    let (whole, decimal, part) =
        match text.rfind([',', '.']).and_then(|at| text.split_at_checked(at)) {
            Some((whole, rest)) if (1..=width).contains(&rest.len().saturating_sub(1)) => {
                let (sign, part) = rest.split_at_checked(1).unwrap_or(("", ""));
                (whole, sign.chars().next(), part)
            }
            _ => (text, None, ""),
        };
    let whole = ungrouped(whole, decimal).ok_or(shape)?;
    if whole.is_empty() || whole.len() > 9 || !is_digits(&whole) || !is_digits(part) {
        return Err(shape);
    }
    let minor: i64 = format!("{whole}{part:0<width$}").parse().map_err(|_| shape)?;
    if minor > MOST_MINOR { Err("That is more than a service can cost.") } else { Ok(minor) }
}

fn is_digits(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit())
}

/// The digits alone, if they stand in one piece or in threes between one and the same sign.
fn ungrouped(whole: &str, decimal: Option<char>) -> Option<String> {
    let Some(sign) = whole.chars().find(|c| GROUPING.contains(c)) else {
        return Some(whole.to_owned());
    };
    let groups: Vec<&str> = whole.split(sign).collect();
    let (first, rest) = groups.split_first()?;
    let is_fine = Some(sign) != decimal
        && (1..=3).contains(&first.len())
        && rest.iter().all(|group| group.len() == 3 && is_digits(group));
    is_fine.then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_below_zero_has_its_sign_before_that_of_the_currency() {
        let shown = |minor| Money::new(minor, "GBP").unwrap().words(Locale::NEUTRAL);
        assert_eq!(shown(-425), "\u{2212}\u{a3}4.25");
        assert_eq!(shown(-5), "\u{2212}\u{a3}0.05");
        assert_eq!(shown(-123_456), "\u{2212}\u{a3}1,234.56");
    }

    #[test]
    fn an_amount_is_read_as_people_write_it_in_any_country() {
        for (text, minor) in [
            ("85", 8_500),
            ("85.50", 8_550),
            ("85,50", 8_550),
            ("85.5", 8_550),
            ("85,5", 8_550),
            (" 85 ", 8_500),
            ("1,200", 120_000),
            ("1.200", 120_000),
            ("85.505", 8_550_500), // no currency has three decimals
            ("1,200.50", 120_050),
            ("1.200,50", 120_050),
            ("1 200,50", 120_050),
            ("1'200.50", 120_050),
            ("1’200.50", 120_050),
            ("1\u{a0}200,50", 120_050),
            ("1\u{202f}200,5", 120_050),
            ("12 345.67", 1_234_567),
            ("0.30", 30),
        ] {
            assert_eq!(Money::parse(text, "GBP").map(|money| money.minor), Ok(minor), "{text}");
        }
        for (text, minor) in [("1,200", 1_200), ("1.200", 1_200), ("85", 85), ("12'000", 12_000)] {
            assert_eq!(Money::parse(text, "JPY").map(|money| money.minor), Ok(minor), "{text}");
        }
    }

    #[test]
    fn what_could_mean_two_amounts_is_refused_with_an_example() {
        for bad in [
            "",
            "-5",
            "1e9",
            "9999999999",
            "٣",
            "£5",
            ".",
            ",",
            "85.",
            ",50",
            "1.2345",
            "1,23,456",
            "1.200.50",
            "1,200,50",
            "1,200.500",
            "1 20",
            "12,34.5",
            "1,200 300",
            "1..200",
            "1'20",
            "1,2345",
            "85 50",
        ] {
            let refused = Money::parse(bad, "GBP").expect_err(bad);
            assert!(refused.contains("85.50"), "{bad}: {refused}");
        }
        for bad in ["85.50", "85,5", "1,20"] {
            assert!(Money::parse(bad, "JPY").unwrap_err().contains("no decimals"), "{bad}");
        }
        assert!(Money::parse("5", "ZZZ").is_err());
    }

    #[test]
    fn an_amount_is_shown_with_its_sign_and_without_empty_decimals() {
        let words = |amount, code| Money::parse(amount, code).unwrap().words(Locale::NEUTRAL);
        assert_eq!(words("1200", "GBP"), "£1,200");
        assert_eq!(words("85.5", "EUR"), "€85.50");
    }

    #[test]
    fn a_figure_of_a_column_has_all_its_decimals() {
        let money = |minor, code| Money::new(minor, code).unwrap();
        for (minor, code, decimal, full) in [
            (8_500, "GBP", "85.00", "£85.00"),
            (123_456_705, "EUR", "1234567.05", "€1,234,567.05"),
            (-425, "GBP", "-4.25", "\u{2212}£4.25"),
            (-5, "EUR", "-0.05", "\u{2212}€0.05"),
            (9_800, "JPY", "9800", "¥9,800"),
        ] {
            assert_eq!(money(minor, code).decimal(), decimal);
            assert_eq!(money(minor, code).in_full(Locale::NEUTRAL), full);
        }
    }
}
