//! What somebody typed, as the directory answers it: words that nobody uses are replaced by the
//! nearest, and a word that may be a language, a country or a town is one unless somebody is called
//! so.

use super::expression::Expression;
use super::query::Scope;
use super::sentence::{FilterReading, Meaning, Sentence, SentencePart, Word};
use super::tokens::FilterMark;
use super::{DirectoryCounts, Filters, vocabulary, words};
use crate::accountants::places::Place;
use crate::db::Conn;
use crate::error::Result;
use crate::web::text;

#[derive(Debug, Clone, Default)]
pub struct Understood {
    pub words: Vec<Word>,
    pub readings: Vec<FilterReading>,
    /// Words that nobody uses, each with the one searched instead.
    pub corrections: Vec<(String, String)>,
}

impl Understood {
    pub fn of(
        conn: &mut Conn,
        counts: &DirectoryCounts,
        filters: &Filters,
        scope: Scope,
    ) -> Result<Self> {
        let mut look = Lookup { conn, counts, scope: scope.anywhere() };
        let read = |text: &str| Sentence::read(text, &filters.as_words, filters.place.is_empty());
        let mut found = look.decide(read(&filters.q))?;
        let corrections = look.corrections(&found)?;
        if !corrections.is_empty() {
            found = look.decide(read(&corrected(&filters.q, &corrections)))?;
            found.corrections = corrections;
        }
        Ok(found)
    }

    /// The place that the sentence names.
    pub fn place(&self) -> Option<Place> {
        self.readings.iter().find_map(|reading| match reading.meaning {
            Meaning::Place(place) => Some(place),
            _ => None,
        })
    }

    /// What an entry must hold of each language and country that was read.
    pub fn marks(&self) -> Vec<Expression> {
        let mark = |reading: &FilterReading| match reading.meaning {
            Meaning::Language(code) => Some(FilterMark::Language.token(code)),
            Meaning::Country(code) => Some(FilterMark::Country.token(code)),
            Meaning::Place(_) => None,
        };
        self.readings.iter().filter_map(mark).map(Expression::Whole).collect()
    }
}

/// The same text with other words.
fn corrected(typed: &str, corrections: &[(String, String)]) -> String {
    let one = |chunk: &str| -> String {
        let words = text::words(chunk).into_iter().map(|word| {
            let found = corrections.iter().find(|(typed, _)| *typed == word);
            found.map_or(word, |(_, meant)| meant.clone())
        });
        match corrections.iter().any(|(typed, _)| text::words(chunk).contains(typed)) {
            true => words.collect::<Vec<_>>().join(" "),
            false => chunk.to_owned(),
        }
    };
    typed.split_whitespace().map(one).collect::<Vec<_>>().join(" ")
}

/// One look at the directory.
struct Lookup<'a> {
    conn: &'a mut Conn,
    counts: &'a DirectoryCounts,
    scope: Scope,
}

impl Lookup<'_> {
    /// Most words whose nearest is looked for.
    const MOST_LOOKS: usize = 3;

    fn finds(&mut self, expression: &Expression) -> Result<bool> {
        Ok(self.scope.remembered(self.conn, self.counts, expression)? > 0)
    }

    fn finds_token(&mut self, token: String) -> Result<bool> {
        self.finds(&Expression::Whole(token))
    }

    /// Whether any word of the directory begins so, as remembered.
    fn finds_beginning(&mut self, word: &str) -> Result<bool> {
        let look = |conn: &mut Conn| words::is_known(conn, word).map(i64::from);
        Ok(self.counts.of(self.conn, &format!("word {word}"), look)? > 0)
    }

    fn decide(&mut self, sentence: Sentence) -> Result<Understood> {
        let mut found = Understood::default();
        for part in sentence.parts {
            match part {
                SentencePart::Reading(reading) if self.finds_meaning(&reading)? => {
                    found.readings.push(reading)
                }
                SentencePart::Reading(reading) => {
                    let words = reading.typed.iter().filter(|word| !vocabulary::is_filler(word));
                    found.words.extend(words.map(|word| Word::one(word)));
                }
                SentencePart::Word(word) => found.words.push(word),
            }
        }
        // nothing but words that fall away, of which one may be a name
        if found.words.is_empty() && found.readings.is_empty() {
            for word in sentence.fillers.into_iter().take(3) {
                if self.finds_token(format!("n_{word}"))? {
                    found.words.push(Word::one(&word));
                }
            }
        }
        Ok(found)
    }

    fn finds_meaning(&mut self, reading: &FilterReading) -> Result<bool> {
        let Some(first) = reading.typed.first() else { return Ok(false) };
        if reading.is_said {
            return Ok(true);
        }
        if matches!(reading.meaning, Meaning::Place(_)) {
            // "in trouble" is no place while nobody is there and somebody says the word
            return Ok(self.finds_token(format!("p_{first}"))? || !self.finds_beginning(first)?);
        }
        for word in &reading.typed {
            if !self.finds_token(format!("n_{word}"))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Words that nobody uses, with the nearest one that finds somebody. The nearest is looked for
    /// among all words of about that length, so for a few only.
    fn corrections(&mut self, found: &Understood) -> Result<Vec<(String, String)>> {
        let (mut corrections, mut looks) = (vec![], 0);
        for word in &found.words {
            let [typed] = word.typed.as_slice() else { continue };
            let reach = if typed.len() < 8 { 1 } else { 2 };
            if typed.len() < 4 || self.finds_beginning(typed)? || self.finds(&word.expression())? {
                continue;
            }
            looks += 1;
            if looks > Self::MOST_LOOKS {
                break;
            }
            let mut near = words::nearest(self.conn, typed, reach)?;
            near.extend(vocabulary::near(typed, reach));
            near.sort();
            near.dedup();
            for (_, other) in near.into_iter().take(6) {
                let expression = match vocabulary::language(&other) {
                    Some(code) => Expression::Whole(FilterMark::Language.token(code)),
                    None => Word::one(&other).expression(),
                };
                if self.finds(&expression)? {
                    corrections.push((typed.clone(), other));
                    break;
                }
            }
        }
        Ok(corrections)
    }
}
