//! The trade's words: which of them mean the same, and which mean nothing in a search.
//!
//! `static/data/trade-words.txt` holds them, for whoever knows a trade better than a program.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

use crate::accountants::choices;
use crate::web::text;

static FILE: &str = include_str!("../../static/data/trade-words.txt");

/// Most words of a phrase.
const LONGEST: usize = 4;

#[derive(Default)]
struct Vocabulary {
    fillers: HashSet<String>,
    /// What stands exactly so, and what has these stems, each to the name of its group.
    exact: HashMap<String, &'static str>,
    stems: HashMap<String, &'static str>,
    /// Stems that begin a phrase.
    begins: HashSet<String>,
    /// Single words, for the one meant by a misspelling.
    words: Vec<String>,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let mut vocabulary = Vocabulary::default();
    for line in FILE.lines().filter(|line| !line.starts_with('#')) {
        let Some((group, members)) = line.split_once(':') else { continue };
        for member in members.split(',') {
            vocabulary.add(group, member.trim());
        }
    }
    vocabulary
});

impl Vocabulary {
    fn add(&mut self, group: &'static str, member: &str) {
        let words = text::words(member);
        if let ("filler", [word]) = (group, words.as_slice()) {
            self.fillers.insert(word.clone());
            return;
        }
        if let [first, _, ..] = words.as_slice() {
            self.begins.insert(stem(first));
        }
        match member.starts_with('=') {
            true => self.exact.insert(words.join(" "), group),
            false => self.stems.insert(stems(&words), group),
        };
        if let [word] = words.as_slice() {
            self.words.push(word.clone());
        }
    }
}

fn stems(words: &[String]) -> String {
    let stems: Vec<String> = words.iter().map(|word| stem(word)).collect();
    stems.join(" ")
}

/// "bookkeep" of "bookkeeping".
fn stem(word: &str) -> String {
    Stemmer::create(Algorithm::English).stem(word).into_owned()
}

/// Whether a word only holds a sentence together.
pub fn is_filler(word: &str) -> bool {
    VOCABULARY.fillers.contains(word)
}

/// How words of the same meaning as this one are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Synonyms {
    /// They share a token.
    Token(String),
    /// They begin so, and need none.
    Beginning(String),
}

/// The kin of a word: its group, or whatever has its stem.
pub fn kin(word: &str) -> Synonyms {
    let group = VOCABULARY.exact.get(word).copied();
    let stem = stem(word);
    match group.or_else(|| VOCABULARY.stems.get(&stem).copied()) {
        Some(group) => Synonyms::Token(format!("s_{group}")),
        None => {
            // "properti" is the stem of "property", which does not begin so
            let root = stem.strip_suffix('i').unwrap_or(&stem);
            match root.len() >= 4 && word.starts_with(root) {
                true => Synonyms::Beginning(root.to_owned()),
                false => Synonyms::Token(format!("s_{stem}")),
            }
        }
    }
}

/// What several words that begin a list mean together, the longest first: how many they are, and
/// their token.
pub fn phrases(words: &[String]) -> Vec<(usize, String)> {
    if !words.first().is_some_and(|first| VOCABULARY.begins.contains(&stem(first))) {
        return vec![];
    }
    let stems: Vec<String> = words.iter().take(LONGEST).map(|word| stem(word)).collect();
    let phrase = |length: usize| {
        let group = VOCABULARY.stems.get(&stems.get(..length)?.join(" "))?;
        Some((length, format!("s_{group}")))
    };
    (2..=stems.len()).rev().filter_map(phrase).collect()
}

/// Names of languages besides those of lists.
const LANGUAGES: [(&str, &str); 18] = [
    ("brazilian", "pt"),
    ("cantonese", "zh"),
    ("castilian", "es"),
    ("castellano", "es"),
    ("deutsch", "de"),
    ("espanol", "es"),
    ("farsi", "fa"),
    ("flemish", "nl"),
    ("francais", "fr"),
    ("gaelic", "gd"),
    ("italiano", "it"),
    ("mandarin", "zh"),
    ("nederlands", "nl"),
    ("persian", "fa"),
    ("polski", "pl"),
    ("portugues", "pt"),
    ("turkce", "tr"),
    ("ukrainian", "uk"),
];

static LANGUAGE_NAMES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let listed = choices::languages().iter().map(|(code, name)| (*name, *code));
    let named = listed.map(|(name, code)| (text::words(name).join(" "), code));
    named.chain(LANGUAGES.map(|(name, code)| (name.to_owned(), code))).collect()
});

/// The language that a word names.
pub fn language(word: &str) -> Option<&'static str> {
    LANGUAGE_NAMES.get(word).copied()
}

/// Words of the trade and names of languages within so many changes of a word, nearest first.
pub fn near(word: &str, reach: usize) -> Vec<(usize, String)> {
    let all = VOCABULARY.words.iter().chain(LANGUAGE_NAMES.keys());
    let far = |other: &String| other.len().abs_diff(word.len()) <= reach;
    all.filter(|other| far(other))
        .map(|other| (strsim::osa_distance(word, other), other.clone()))
        .filter(|(distance, _)| *distance <= reach)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_meaning_have_one_token() {
        for (one, other) in [
            ("bookkeeper", "bookkeeping"),
            ("taxes", "tax"),
            ("GST", "vat"),
            ("MwSt", "TVA"),
            ("freelancers", "contractor"),
            ("landlords", "letting"),
            ("limited", "company"),
            ("reconciled", "reconciling"),
            ("properties", "property"),
            ("allies", "ally"),
        ] {
            let [one, other] = [one, other].map(|word| text::words(word).join(""));
            assert_eq!(kin(&one), kin(&other), "{one}, {other}");
        }
        let phrases = |phrase| phrases(&text::words(phrase));
        assert_eq!(phrases("limited companies"), [(2, "s_company".to_owned())]);
        assert_eq!(phrases("US taxes"), [(2, "s_ustax".to_owned())]);
        assert_eq!(kin("irs"), Synonyms::Token("s_ustax".to_owned()));
        assert_eq!(phrases("value added tax return"), [(3, "s_vat".to_owned())]);
        assert_eq!(kin("properties"), Synonyms::Beginning("propert".to_owned()));
        assert_eq!(kin("allies"), Synonyms::Token("s_alli".to_owned()), "too short to begin with");
        assert!(phrases("tax for landlords").is_empty());
        assert!(is_filler("the") && !is_filler("tax"));
        assert_eq!(language("german"), Some("de"));
    }
}
