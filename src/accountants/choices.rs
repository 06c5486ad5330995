//! The fixed lists that a profile chooses from, each key with its words.

use std::sync::LazyLock;

use celes::Country;
use isolang::Language;

/// What accountants help with.
pub const SPECIALISMS: [(&str, &str); 20] = [
    ("self-assessment", "Self-assessment"),
    ("vat", "VAT and sales tax"),
    ("year-end", "Year-end accounts"),
    ("payroll", "Payroll"),
    ("bookkeeping", "Bookkeeping"),
    ("corporation-tax", "Company tax"),
    ("capital-gains", "Capital gains"),
    ("inheritance", "Inheritance and trusts"),
    ("landlords", "Landlords"),
    ("expats", "Moving between countries"),
    ("us-tax", "US tax abroad"),
    ("research-credits", "Research credits"),
    ("audit", "Audit"),
    ("forensic", "Forensic accounting"),
    ("startups", "Start-ups"),
    ("charities", "Charities"),
    ("crypto", "Crypto assets"),
    ("pensions", "Pensions"),
    ("customs", "Customs and trade"),
    ("insolvency", "Insolvency"),
];

pub const INDUSTRIES: [(&str, &str); 15] = [
    ("building", "Building"),
    ("cafes-restaurants", "Cafés and restaurants"),
    ("charities", "Charities"),
    ("creative", "Creative work"),
    ("e-commerce", "Online shops"),
    ("education", "Education"),
    ("farming", "Farming"),
    ("health", "Health"),
    ("hospitality", "Hotels and travel"),
    ("letting", "Letting"),
    ("manufacturing", "Manufacturing"),
    ("professional", "Professional services"),
    ("retail", "Shops"),
    ("software", "Software"),
    ("transport", "Transport"),
];

pub const SOFTWARE: [(&str, &str); 12] = [
    ("datev", "DATEV"),
    ("dynamics", "Dynamics 365"),
    ("excel", "Spreadsheets"),
    ("freeagent", "FreeAgent"),
    ("kashflow", "KashFlow"),
    ("netsuite", "NetSuite"),
    ("odoo", "Odoo"),
    ("quickbooks", "QuickBooks"),
    ("sage", "Sage"),
    ("wave", "Wave"),
    ("xero", "Xero"),
    ("zoho", "Zoho Books"),
];

/// Languages offered on forms; any other with a code of its own may be posted.
const LANGUAGES: [&str; 56] = [
    "en", "ar", "bg", "bn", "ca", "cs", "cy", "da", "de", "el", "es", "et", "eu", "fa", "fi", "fr",
    "ga", "gd", "gl", "gu", "he", "hi", "hr", "hu", "id", "is", "it", "ja", "ko", "lt", "lv", "mi",
    "ml", "mr", "ms", "mt", "nb", "nl", "pa", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv",
    "sw", "ta", "te", "th", "tr", "uk", "ur", "zh",
];

type Choice = (&'static str, &'static str);

static LANGUAGE_LIST: LazyLock<Vec<Choice>> = LazyLock::new(|| {
    let mut list: Vec<_> = LANGUAGES.iter().map(|code| (*code, language_name(code))).collect();
    list.sort_by_key(|(_, name)| *name);
    list
});

/// (code, English name) of the offered languages, by name.
pub fn languages() -> &'static [Choice] {
    &LANGUAGE_LIST
}

/// The primary language of a BCP 47 tag in English; the tag itself if nobody knows it.
pub fn language_name(tag: &str) -> &'static str {
    let known = LANGUAGES.iter().find(|code| **code == tag).copied();
    match primary(tag) {
        Some(Language::Ell) => "Greek",
        Some(Language::Msa) => "Malay",
        Some(Language::Swa) => "Swahili",
        Some(Language::Nob) => "Norwegian",
        Some(Language::Pan) => "Punjabi",
        Some(language) => language.to_name(),
        None => known.unwrap_or("Another language"),
    }
}

fn primary(tag: &str) -> Option<Language> {
    let first = tag.split('-').next().unwrap_or("");
    Language::from_639_1(first).or_else(|| Language::from_639_3(first))
}

/// A language tag in its usual form (`pt-br` becomes `pt-BR`), if its language is known.
pub fn parse_language(tag: &str) -> Option<String> {
    let tag = tag.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !(2..=35).contains(&tag.len()) || !tag.chars().all(plain) || tag.ends_with('-') {
        return None;
    }
    primary(&tag.to_lowercase())?;
    let parts: Vec<String> = tag
        .split('-')
        .enumerate()
        .map(
            |(at, part)| {
                if at > 0 && part.len() == 2 { part.to_uppercase() } else { part.to_lowercase() }
            },
        )
        .collect();
    Some(parts.join("-"))
}

static COUNTRY_LIST: LazyLock<Vec<Choice>> = LazyLock::new(|| {
    let mut list: Vec<_> = Country::get_countries()
        .iter()
        .map(|country| (country.alpha2, &*short(country.alpha2, country.long_name).leak()))
        .collect();
    list.sort_by_key(|(_, name)| *name);
    list
});

/// (ISO 3166-1 alpha-2, name) of every country, by name.
pub fn countries() -> &'static [Choice] {
    &COUNTRY_LIST
}

pub fn country_name(code: &str) -> &'static str {
    COUNTRY_LIST.iter().find(|(known, _)| *known == code).map_or("", |(_, name)| *name)
}

/// Everyday names where the table's are long or inverted.
const EVERYDAY: [(&str, &str); 22] = [
    ("BO", "Bolivia"),
    ("CD", "Congo (Kinshasa)"),
    ("CG", "Congo (Brazzaville)"),
    ("CI", "Côte d’Ivoire"),
    ("FK", "Falkland Islands"),
    ("FM", "Micronesia"),
    ("GB", "United Kingdom"),
    ("IE", "Ireland"),
    ("IR", "Iran"),
    ("KP", "North Korea"),
    ("KR", "South Korea"),
    ("LA", "Laos"),
    ("MD", "Moldova"),
    ("NL", "Netherlands"),
    ("RU", "Russia"),
    ("SH", "Saint Helena"),
    ("SY", "Syria"),
    ("TW", "Taiwan"),
    ("TZ", "Tanzania"),
    ("US", "United States"),
    ("VE", "Venezuela"),
    ("VN", "Vietnam"),
];

/// The everyday name; small words in the middle are written small.
fn short(code: &str, long: &'static str) -> String {
    if let Some((_, name)) = EVERYDAY.iter().find(|(known, _)| *known == code) {
        return (*name).to_owned();
    }
    let long = long.strip_prefix("The ").unwrap_or(long);
    [" And ", " Of ", " The ", " Da "]
        .iter()
        .fold(long.to_owned(), |name, word| name.replace(word, &word.to_lowercase()))
}

pub fn label(list: &[(&'static str, &'static str)], key: &str) -> Option<&'static str> {
    list.iter().find(|(known, _)| *known == key).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_read_by_their_code_and_shown_by_their_name() {
        assert_eq!(parse_language("pt-br").as_deref(), Some("pt-BR"));
        assert_eq!(language_name("pt-BR"), "Portuguese");
        for bad in ["", "e", "xx", "en-", "en us", "<b>"] {
            assert!(parse_language(bad).is_none(), "{bad} was accepted");
        }
        assert!(languages().iter().all(|(_, name)| !name.contains('(')), "{:?}", languages());
    }

    #[test]
    fn countries_have_everyday_names() {
        assert_eq!(country_name("GB"), "United Kingdom");
        assert_eq!(country_name("NL"), "Netherlands");
        assert_eq!(country_name("AG"), "Antigua and Barbuda");
        assert_eq!(country_name("XX"), "");
        assert!(countries().len() > 200);
    }
}
