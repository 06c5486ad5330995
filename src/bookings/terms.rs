//! What was agreed when a booking was asked for. Later edits of the service change nothing in it.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::BookingId;
use super::schema::booking_terms;
use crate::clock::{Instant, Span};
use crate::db::SealedColumn;
use crate::error::{Error, Result};
use crate::listings::{Mode, Policy};
use crate::locale::Locale;
use crate::money::Money;
use crate::seal::Seal;

/// What was agreed when a booking was asked for. Neither a change of the service nor one of the policy
/// reaches it. `note` and `answers` are sealed.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = booking_terms, treat_none_as_default_value = false)]
pub struct Terms {
    pub booking_id: BookingId,
    pub title: String,
    /// In minutes.
    pub duration: i32,
    pub mode: Mode,
    pub price_minor: i64,
    pub currency: String,
    pub policy: Policy,
    /// The policy as the client read it.
    pub policy_words: String,
    pub note: Option<Vec<u8>>,
    pub answers: Option<Vec<u8>>,
    /// The quote that was accepted with it.
    pub offer_id: Option<i64>,
    /// Where the two meet, sealed, from the confirmation on; and the client's number, where the
    /// accountant calls.
    pub place: Option<Vec<u8>>,
    pub phone: Option<Vec<u8>>,
}

/// A question as it was asked, with what the client answered.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Answer {
    pub question: String,
    pub answer: String,
}

const NOTE: &str = "footing/bookings/note/v1";
const ANSWERS: &str = "footing/bookings/answers/v1";
const PLACE: &str = "footing/bookings/place/v1";
const PHONE: &str = "footing/bookings/phone/v1";
const WORDS: &str = "footing/bookings/words/v1";

const fn sealed(
    table: &'static str,
    key: &'static str,
    column: &'static str,
    purpose: &'static str,
) -> SealedColumn {
    SealedColumn { table, key, column, purpose }
}

/// What of this domain is sealed.
pub const SEALED: [SealedColumn; 9] = [
    sealed("booking_terms", "booking_id", "place", PLACE),
    sealed("booking_terms", "booking_id", "phone", PHONE),
    sealed("bookings", "id", "complaint", WORDS),
    sealed("booking_terms", "booking_id", "note", NOTE),
    sealed("booking_terms", "booking_id", "answers", ANSWERS),
    sealed("booking_events", "id", "words", WORDS),
    sealed("enquiries", "id", "note", NOTE),
    sealed("enquiries", "id", "answers", ANSWERS),
    sealed("quotes", "id", "words", WORDS),
];

/// Seals what the two write to each other, so that the database alone tells none of it.
pub struct SealedWords;

impl SealedWords {
    pub fn note(seal: &Seal, note: &str) -> Result<Option<Vec<u8>>> {
        if note.is_empty() { Ok(None) } else { seal.seal(NOTE, note.as_bytes()).map(Some) }
    }

    pub fn answers(seal: &Seal, answers: &[Answer]) -> Result<Option<Vec<u8>>> {
        if answers.is_empty() {
            return Ok(None);
        }
        let json = serde_json::to_vec(answers).map_err(Error::internal)?;
        seal.seal(ANSWERS, &json).map(Some)
    }

    pub fn words(seal: &Seal, words: &str) -> Result<Option<Vec<u8>>> {
        if words.is_empty() { Ok(None) } else { seal.seal(WORDS, words.as_bytes()).map(Some) }
    }

    pub fn place(seal: &Seal, place: &str) -> Result<Option<Vec<u8>>> {
        if place.is_empty() { Ok(None) } else { seal.seal(PLACE, place.as_bytes()).map(Some) }
    }

    pub fn phone(seal: &Seal, phone: &str) -> Result<Option<Vec<u8>>> {
        if phone.is_empty() { Ok(None) } else { seal.seal(PHONE, phone.as_bytes()).map(Some) }
    }

    pub fn open_note(seal: &Seal, sealed: Option<&Vec<u8>>) -> Result<String> {
        open(seal, NOTE, sealed)
    }

    pub fn open_answers(seal: &Seal, sealed: Option<&Vec<u8>>) -> Result<Vec<Answer>> {
        let Some(sealed) = sealed else { return Ok(vec![]) };
        serde_json::from_slice(&seal.open(ANSWERS, sealed)?).map_err(Error::internal)
    }

    pub fn open_words(seal: &Seal, sealed: Option<&Vec<u8>>) -> Result<String> {
        open(seal, WORDS, sealed)
    }
}

fn open(seal: &Seal, purpose: &str, sealed: Option<&Vec<u8>>) -> Result<String> {
    let Some(sealed) = sealed else { return Ok(String::new()) };
    String::from_utf8(seal.open(purpose, sealed)?).map_err(Error::internal)
}

impl Terms {
    pub fn note(&self, seal: &Seal) -> Result<String> {
        SealedWords::open_note(seal, self.note.as_ref())
    }

    pub fn answers(&self, seal: &Seal) -> Result<Vec<Answer>> {
        SealedWords::open_answers(seal, self.answers.as_ref())
    }

    /// Where the two meet; empty while nobody has said so.
    pub fn place(&self, seal: &Seal) -> Result<String> {
        open(seal, PLACE, self.place.as_ref())
    }

    pub fn phone(&self, seal: &Seal) -> Result<String> {
        open(seal, PHONE, self.phone.as_ref())
    }

    pub fn price_words(&self, locale: impl AsRef<Locale>) -> String {
        match Money::new(self.price_minor, &self.currency) {
            Some(money) if money.minor > 0 => money.words(locale),
            _ => "Free".to_owned(),
        }
    }
}

/// The share that returns to a client who cancels now, in percent; bounds count as in time.
pub fn returns(policy: Policy, now: Instant, start: Instant) -> i64 {
    let left = start.elapsed_since(now);
    let (all, half) = match policy {
        Policy::Flexible => (Span::hours(24), Span::hours(0)),
        Policy::Standard => (Span::hours(48), Span::hours(24)),
        Policy::Strict => (Span::hours(168), Span::hours(48)),
    };
    if left >= all {
        100
    } else if left >= half {
        50
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_returns_follows_the_policy_and_its_bounds_count_as_in_time() {
        let start = Instant::from_micros(1_795_000_000_000_000);
        let second = Span::seconds(1);
        for (policy, all, half) in
            [(Policy::Flexible, 24, 0), (Policy::Standard, 48, 24), (Policy::Strict, 168, 48)]
        {
            let at = |hours: i64| start - Span::hours(hours);
            assert_eq!(returns(policy, at(all), start), 100);
            assert_eq!(returns(policy, at(all) + second, start), 50);
            assert_eq!(returns(policy, at(half), start), 50);
            assert_eq!(returns(policy, at(half) + second, start), 0);
        }
    }
}
