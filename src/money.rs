//! Amounts: whole minor units beside their currency, never a float.
//!
//! [`Money::parse`] reads what a person types ("85", "1,200.50"); [`Money`] shows it with its sign.
//! Not here: rates between currencies. Footing never converts.

use std::fmt;

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

    /// Reads an amount in major units. Commas may group thousands; a sign is refused.
    pub fn parse(amount: &str, code: &str) -> Result<Self, &'static str> {
        let currency = currency(code).ok_or("Choose a currency from the list.")?;
        let minor = parse_minor(amount, facts(currency).1)?;
        Ok(Self { minor, currency })
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

fn parse_minor(amount: &str, decimals: u32) -> Result<i64, &'static str> {
    const SHAPE: &str = "Write an amount such as 85 or 85.50.";
    let text = amount.trim().replace([',', '\u{a0}', ' '], "");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |s: &str| s.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || !digits(whole) || !digits(part) {
        return Err(SHAPE);
    }
    if part.len() > usize::try_from(decimals).unwrap_or(0) {
        return Err("That has more decimals than the currency.");
    }
    let width = usize::try_from(decimals).unwrap_or(0);
    let padded = format!("{whole}{part:0<width$}");
    let minor: i64 = padded.parse().map_err(|_| SHAPE)?;
    if minor > MOST_MINOR { Err("That is more than a service can cost.") } else { Ok(minor) }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, _) = facts(self.currency);
        let plain = self.plain();
        let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut grouped = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let point = if part.is_empty() { "" } else { "." };
        write!(f, "{sign}{grouped}{point}{part}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_as_it_was_meant_or_refused() {
        assert_eq!(Money::parse("1,200.5", "GBP").unwrap().minor, 120_050);
        assert_eq!(Money::parse("85", "JPY").unwrap().minor, 85);
        for bad in ["", "-5", "1.234", "1e9", "9999999999", "٣", "£5", "."] {
            assert!(Money::parse(bad, "GBP").is_err(), "{bad} was read");
        }
        assert!(Money::parse("5", "ZZZ").is_err());
    }

    #[test]
    fn an_amount_is_shown_with_its_sign_and_without_empty_decimals() {
        assert_eq!(Money::parse("1200", "GBP").unwrap().to_string(), "£1,200");
        assert_eq!(Money::parse("85.5", "EUR").unwrap().to_string(), "€85.50");
    }
}
