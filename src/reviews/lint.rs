//! What in a reply looks like a detail of somebody's affairs. Confirming any may breach professional
//! secrecy; a machine only points, its writer decides.

use crate::web::text;

/// What something looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    Money,
    Number,
    Email,
    TaxForm,
    Date,
    Name,
}

/// One place in a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub detail: Detail,
    /// As it was written.
    pub words: String,
}

impl Detail {
    pub fn words(self) -> &'static str {
        match self {
            Self::Money => "an amount of money",
            Self::Number => "a phone number or a tax number",
            Self::Email => "an email address",
            Self::TaxForm => "the name of a tax form",
            Self::Date => "a date",
            Self::Name => "the client’s name",
        }
    }
}

const CURRENCIES: [&str; 20] = [
    "gbp", "eur", "usd", "pln", "chf", "inr", "cad", "aud", "nzd", "sgd", "pound", "pounds",
    "euro", "euros", "dollar", "dollars", "zloty", "zl", "quid", "grand",
];
const SIGNS: [char; 6] = ['£', '€', '$', '₹', '¥', 'ł'];
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const FORMS: [&str; 28] = [
    "sa100", "sa102", "sa103", "sa105", "sa106", "sa108", "sa302", "p11d", "p45", "p46", "p60",
    "p85", "p87", "ct600", "cis300", "vat100", "1040", "1065", "1099", "1120", "w2", "w4", "w8ben",
    "w9", "pit36", "pit37", "cit8", "fbar",
];

/// Everything in a text that looks like a detail, each once, in the order it stands there.
pub fn details(text: &str, client: &str) -> Vec<Hit> {
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let names: Vec<String> =
        text::words(client).into_iter().filter(|name| name.len() >= 3).collect();
    let mut hits: Vec<Hit> = vec![];
    let mut add = |detail, words: String| {
        let hit = Hit { detail, words };
        if !hits.contains(&hit) {
            hits.push(hit);
        }
    };
    for (at, token) in tokens.iter().enumerate() {
        let rest = tokens.get(at..).unwrap_or_default();
        if let Some((detail, length)) = detail_at(rest, &names) {
            let words = rest.get(..length).unwrap_or_default().join(" ");
            add(detail, trimmed(&words).to_owned());
        } else if token.contains('@') && token.contains('.') {
            add(Detail::Email, trimmed(token).to_owned());
        }
    }
    hits
}

/// What begins here, and over how many words it goes.
fn detail_at(rest: &[&str], names: &[String]) -> Option<(Detail, usize)> {
    let first = trimmed(rest.first()?);
    let second = rest.get(1).map_or("", |word| trimmed(word));
    let (one, two) = (folded(first), folded(second));
    let has_digit = first.contains(|c: char| c.is_ascii_digit());
    let is_figure = has_digit && first.chars().all(|c| c.is_ascii_digit() || ".,k".contains(c));
    if has_digit && first.contains(SIGNS) {
        return Some((Detail::Money, 1));
    }
    if is_figure && (CURRENCIES.contains(&&*two) || second.starts_with(SIGNS)) {
        return Some((Detail::Money, 2));
    }
    if CURRENCIES.contains(&&*one) && second.starts_with(|c: char| c.is_ascii_digit()) {
        return Some((Detail::Money, 2));
    }
    if is_numeric_date(first) {
        return Some((Detail::Date, 1));
    }
    let is_day = |word: &str| {
        let day = word.trim_end_matches(|c: char| c.is_alphabetic());
        !day.is_empty() && word.len() <= 4 && day.parse().is_ok_and(|day: u32| day <= 31)
    };
    let is_month = |word: &str| {
        word.len() >= 3 && MONTHS.iter().any(|month| *month == word || month.get(..3) == Some(word))
    };
    let is_year =
        |word: &str| word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    if (is_day(&one) && is_month(&two)) || (is_month(&one) && (is_day(&two) || is_year(&two))) {
        return Some((Detail::Date, 2));
    }
    if FORMS.contains(&&*one) {
        return Some((Detail::TaxForm, 1));
    }
    let joined = format!("{one}{two}");
    if !second.is_empty() && FORMS.contains(&&*joined) {
        return Some((Detail::TaxForm, 2));
    }
    if names.contains(&one) {
        return Some((Detail::Name, 1));
    }
    number_at(rest).map(|length| (Detail::Number, length))
}

/// Eight digits and more, in groups or not, with up to three letters around them: phone numbers,
/// VAT and tax numbers, national insurance. Letters and six digits are one, too.
fn number_at(rest: &[&str]) -> Option<usize> {
    let is_part = |token: &str| {
        let clean = trimmed(token);
        let letters = clean.chars().filter(|c| c.is_alphabetic()).count();
        let shape = |c: char| c.is_ascii_alphanumeric() || "+-./()".contains(c);
        let has_digit = clean.contains(|c: char| c.is_ascii_digit());
        // the "QQ" and "C" around a national insurance number
        let is_mark = clean.len() <= 2 && clean.chars().all(|c| c.is_ascii_uppercase());
        !clean.is_empty() && clean.chars().all(shape) && letters <= 3 && (has_digit || is_mark)
    };
    if !rest.first().is_some_and(|first| is_part(first)) {
        return None;
    }
    let length = rest.iter().take_while(|token| is_part(token)).count().min(6);
    let whole = rest.get(..length)?.concat();
    let digits = whole.chars().filter(char::is_ascii_digit).count();
    let has_letters = whole.contains(|c: char| c.is_ascii_alphabetic());
    (digits >= 8 || (digits >= 6 && has_letters)).then_some(length)
}

/// 12/03/2026, 12.3.26, 2026-03-12
fn is_numeric_date(word: &str) -> bool {
    ['/', '.', '-'].into_iter().any(|mark| {
        let parts: Vec<&str> = word.split(mark).collect();
        let is_figures = |part: &&str| {
            !part.is_empty() && part.len() <= 4 && part.chars().all(|c| c.is_ascii_digit())
        };
        parts.len() == 3 && parts.iter().all(is_figures)
    })
}

fn trimmed(word: &str) -> &str {
    word.trim_matches(|c: char| !(c.is_alphanumeric() || SIGNS.contains(&c) || "+(".contains(c)))
}

/// Lower case without accents and marks, as one word.
fn folded(word: &str) -> String {
    text::words(word).concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<Detail> {
        details(text, "Ana Pereira").into_iter().map(|hit| hit.detail).collect()
    }

    #[test]
    fn details_of_somebodys_affairs_are_pointed_at() {
        for (text, detail) in [
            ("You paid £85.50 for it.", Detail::Money),
            ("It came to 4,200 euros in all", Detail::Money),
            ("the bill of EUR 300", Detail::Money),
            ("Call me on 0113 496 0123, please", Detail::Number),
            ("your number +44 113 4960123", Detail::Number),
            ("VAT GB123456789", Detail::Number),
            ("National insurance QQ 12 34 56 C", Detail::Number),
            ("UTR 1234567890", Detail::Number),
            ("write to ben@example.com", Detail::Email),
            ("Your SA100 was late", Detail::TaxForm),
            ("your W-2 and more", Detail::TaxForm),
            ("the PIT 37 you sent", Detail::TaxForm),
            ("We met on 12/03/2026.", Detail::Date),
            ("We met on 12th March in town", Detail::Date),
            ("since March 2026", Detail::Date),
            ("Dear Ana, thank you", Detail::Name),
            ("Ms Pereira was late", Detail::Name),
        ] {
            assert!(found(text).contains(&detail), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn plain_thanks_hold_no_detail() {
        let text = "Thank you for your kind words. I am glad that the 30 minutes were of use, and \
                    that it was clear. You may come back in 2 or 3 years. Analysis is what we do.";
        assert_eq!(found(text), []);
    }

    #[test]
    fn each_is_named_once_as_it_was_written() {
        let hits = details("Ana, it was £85, and £85, Ana!", "Ana Pereira");
        let words: Vec<&str> = hits.iter().map(|hit| hit.words.as_str()).collect();
        assert_eq!(words, ["Ana", "£85"]);
    }
}
