//! What somebody typed, as it is understood before anything is looked up.

use super::expression::Expression;
use super::vocabulary::{self, Synonyms};
use crate::accountants::places::{self, Place};
use crate::web::text;

/// The parts of a search that count.
#[derive(Debug, Clone, Default)]
pub struct Sentence {
    pub parts: Vec<SentencePart>,
    /// What fell away.
    pub fillers: Vec<String>,
}

#[derive(Debug, Clone)]
pub enum SentencePart {
    Word(Word),
    Reading(FilterReading),
}

/// One word, or several that mean something together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub typed: Vec<String>,
    kin: Synonyms,
}

/// A word that was read as a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterReading {
    pub meaning: Meaning,
    pub typed: Vec<String>,
    /// Said to be one ("in France", "French speaking"); else it depends on who is called so.
    pub is_said: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    Language(&'static str),
    Country(&'static str),
    Place(Place),
}

impl Word {
    pub fn one(word: &str) -> Self {
        Self { typed: vec![word.to_owned()], kin: vocabulary::kin(word) }
    }

    /// What an entry must hold of it: the word, its beginning, or another of the same meaning.
    pub fn expression(&self) -> Expression {
        let token = match &self.kin {
            Synonyms::Beginning(stem) => return Expression::Begun(stem.clone()),
            Synonyms::Token(token) => Expression::Whole(token.clone()),
        };
        let literally = self.typed.iter().map(|word| match word.len() {
            // what begins with one letter or two is nearly everything
            ..3 => Expression::Whole(word.clone()),
            _ => Expression::Begun(word.clone()),
        });
        let literally = literally.fold(Expression::All(vec![]), Expression::and);
        Expression::Any(vec![literally, token])
    }

    /// The same of a name alone.
    pub fn in_name(&self) -> Expression {
        Expression::All(self.typed.iter().map(|w| Expression::Begun(format!("n_{w}"))).collect())
    }
}

impl Sentence {
    /// Most parts of a sentence, and most words read of it.
    const MOST: usize = 8;
    const MOST_WORDS: usize = 40;

    /// Reads a text. `as_words` are to be searched, whatever else they may mean.
    pub fn read(text: &str, as_words: &[String], takes_place: bool) -> Self {
        let typed: Vec<(String, bool)> = text.split_whitespace().flat_map(split).collect();
        let typed: Vec<_> = typed.into_iter().take(Self::MOST_WORDS).collect();
        let words: Vec<String> = typed.iter().map(|(word, _)| word.clone()).collect();
        let mut sentence = Self::default();
        let mut at = 0;
        while let Some((word, is_loud)) = typed.get(at) {
            let rest = words.get(at..).unwrap_or_default();
            let before = words.get(..at).unwrap_or_default();
            let is_plain = as_words.contains(word);
            let read = match is_plain {
                true => None,
                false => reading(before, rest, *is_loud, takes_place),
            };
            let read = read.filter(|one| !sentence.has(one.meaning));
            let phrase = vocabulary::phrases(rest).into_iter().next().filter(|_| !is_plain);
            if let Some((length, token)) = phrase {
                let typed = rest.iter().take(length).cloned().collect();
                sentence.add(SentencePart::Word(Word { typed, kin: Synonyms::Token(token) }));
                at += length;
            } else if let Some(read) = read {
                at += read.typed.len();
                sentence.add(SentencePart::Reading(read));
            } else {
                match vocabulary::is_filler(word) && !is_plain && !is_loud {
                    true => sentence.fillers.push(word.clone()),
                    false => sentence.add(SentencePart::Word(Word::one(word))),
                }
                at += 1;
            }
        }
        sentence
    }

    fn add(&mut self, part: SentencePart) {
        if self.parts.len() < Self::MOST {
            self.parts.push(part);
        }
    }

    /// Whether a country or place is read already; one search has one of each.
    fn has(&self, meaning: Meaning) -> bool {
        self.parts.iter().any(|part| match (part, meaning) {
            (SentencePart::Reading(one), Meaning::Country(_)) => {
                matches!(one.meaning, Meaning::Country(_))
            }
            (SentencePart::Reading(one), Meaning::Place(_)) => {
                matches!(one.meaning, Meaning::Place(_))
            }
            (SentencePart::Reading(one), other) => one.meaning == other,
            (SentencePart::Word(_), _) => false,
        })
    }
}

/// Words of one stretch of text, each with whether its capitals say that it is no filler.
fn split(chunk: &str) -> Vec<(String, bool)> {
    let is_loud = ["IT", "US"].contains(&chunk.trim_matches(|c: char| !c.is_alphanumeric()));
    text::words(chunk).into_iter().map(|word| (word, is_loud)).collect()
}

const SPEAKING: [&str; 5] = ["speaking", "speaker", "speakers", "speak", "speaks"];
const BEFORE_COUNTRY: [&str; 3] = ["in", "from", "across"];
const BEFORE_PLACE: [&str; 5] = ["in", "near", "around", "from", "nearby"];

fn reading(
    before: &[String],
    rest: &[String],
    is_loud: bool,
    takes_place: bool,
) -> Option<FilterReading> {
    let before: Vec<&str> = before.iter().map(String::as_str).filter(|w| *w != "the").collect();
    let last = before.last().copied().unwrap_or("");
    let first = rest.first()?;
    if let Some(code) = vocabulary::language(first) {
        let next = rest.get(1).map_or("", String::as_str);
        let is_said = last == "in" || SPEAKING.contains(&last) || SPEAKING.contains(&next);
        let meaning = Meaning::Language(code);
        return Some(FilterReading { meaning, typed: vec![first.clone()], is_said });
    }
    let is_said = BEFORE_COUNTRY.contains(&last);
    for length in (1..=rest.len().min(4)).rev() {
        let typed = rest.get(..length)?.to_vec();
        let text = typed.join(" ");
        let is_name = match text.as_str() {
            "uk" | "usa" | "uae" => true,
            "us" => is_loud,
            other => other.len() > 3, // most codes are words as well: it, can, and
        };
        let country = is_name.then(|| places::country_folded(&text.replace(' ', ""))).flatten();
        if let Some(code) = country {
            return Some(FilterReading { meaning: Meaning::Country(code), typed, is_said });
        }
        let is_place = takes_place && BEFORE_PLACE.contains(&last) && text.len() > 2;
        if let Some(place) = is_place.then(|| Place::read(&text)).flatten() {
            return Some(FilterReading { meaning: Meaning::Place(place), typed, is_said: false });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let sentence = Sentence::read(text, &[], true);
        let part = |part: SentencePart| match part {
            SentencePart::Word(word) => word.typed.join(" "),
            SentencePart::Reading(FilterReading { meaning, is_said, .. }) => {
                let sign = if is_said { "!" } else { "?" };
                match meaning {
                    Meaning::Language(code) | Meaning::Country(code) => format!("{code}{sign}"),
                    Meaning::Place(place) => format!("{}{sign}", place.name()),
                }
            }
        };
        sentence.parts.into_iter().map(part).collect()
    }

    #[test]
    fn a_sentence_is_read_to_the_words_that_count() {
        for (typed, read) in [
            ("I need help with my tax return", vec!["tax", "return"]),
            ("french speaking accountant in Leeds", vec!["fr!", "Leeds?"]),
            ("limited company in France", vec!["limited company", "FR!"]),
            ("Jordan Smith", vec!["JO?", "smith"]),
            ("IT contractor in the UK", vec!["it", "contractor", "GB!"]),
            ("US taxes for us", vec!["us taxes"]),
            ("somebody who speaks Polish", vec!["pl!"]),
            ("moving to New Zealand", vec!["moving", "NZ?"]),
        ] {
            assert_eq!(words(typed), read, "{typed}");
        }
        assert_eq!(Sentence::read("french", &["french".to_owned()], true).parts.len(), 1);
    }
}
