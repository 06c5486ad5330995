//! What the browser sent about bookings.

use serde::Deserialize;
use validator::Validate;

use super::{Answer, BookingCursor};
use crate::accountants::meeting::parse_number;
use crate::clock::Instant;
use crate::listings::{Mode, Question};
use crate::web::keys::SentForm;
use crate::web::{FieldErrors, checks, text};

/// Which week is looked at, and in which zone.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct WeekQuery {
    pub from: String,
    pub tz: String,
    pub zones: String,
    /// What was chosen before; what was written never stands in an address.
    pub start: String,
    pub mode: String,
}

/// Where a list goes on; a bad value is the first page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    after: String,
}

impl ListQuery {
    pub fn read(&self) -> Option<BookingCursor> {
        let (at, id) = self.after.split_once('-')?;
        Some((Instant::from_micros(at.parse().ok()?), id.parse().ok()?))
    }

    pub fn write(path: &str, (at, id): BookingCursor) -> String {
        format!("{path}?after={}-{id}", at.micros())
    }
}

/// A client asks for a time. `tz` and `from` only bring back the same week.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(default)]
pub struct BookForm {
    pub service: String,
    pub start: String,
    pub mode: String,
    /// The client's number, where the accountant calls.
    pub phone: String,
    #[validate(custom(function = checks::lines::<0, MOST_NOTE>, message = "Note"))]
    pub note: String,
    pub answer: Vec<String>,
    /// An offer that is accepted with the time.
    pub offer: String,
    pub key: String,
    pub tz: String,
    pub from: String,
}

/// A checked request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedRequest {
    pub start: Instant,
    pub mode: Option<Mode>,
    pub phone: String,
    pub note: String,
    pub answers: Vec<Answer>,
}

/// A checked question for a price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedQuestion {
    pub note: String,
    pub answers: Vec<Answer>,
}

pub const MOST_NOTE: usize = 1000;

impl BookForm {
    pub fn parse(&self, questions: &[Question]) -> Result<CheckedRequest, FieldErrors> {
        let mut errors = FieldErrors::of(self);
        let start = errors.take("start", start(&self.start));
        let mode = match self.mode.as_str() {
            "" => Some(None),
            word => {
                errors.take("mode", Mode::read(word).map(Some).ok_or("Choose one of the list."))
            }
        };
        let answers = errors.take("answer", self.answers(questions));
        let phone = match self.phone.trim() {
            "" => Some(String::new()),
            typed => errors.take("phone", parse_number(typed)),
        };
        match (start, mode, phone, answers) {
            (Some(start), Some(mode), Some(phone), Some(answers)) if errors.is_empty() => {
                let note = text::as_lines(&self.note);
                Ok(CheckedRequest { start, mode, phone, note, answers })
            }
            _ => Err(errors),
        }
    }

    /// All that was typed, as far as it makes one form differ from another.
    pub fn sent(&self) -> SentForm {
        let what = (&self.service, &self.offer, &self.start, &self.mode);
        let body = format!("{:?}", (what, (&self.phone, &self.note, &self.answer)));
        SentForm { key: self.key.clone(), body }
    }

    /// The same week once more.
    pub fn look(&self) -> WeekQuery {
        let Self { from, tz, .. } = self.clone();
        WeekQuery { from, tz, ..WeekQuery::default() }
    }

    /// Words and answers alone, when an offer is asked for.
    pub fn parse_question(&self, questions: &[Question]) -> Result<CheckedQuestion, FieldErrors> {
        let mut errors = FieldErrors::of(self);
        match errors.take("answer", self.answers(questions)) {
            Some(answers) if errors.is_empty() => {
                Ok(CheckedQuestion { note: text::as_lines(&self.note), answers })
            }
            _ => Err(errors),
        }
    }

    fn answers(&self, questions: &[Question]) -> Result<Vec<Answer>, String> {
        let typed = self.answer.iter().map(String::as_str).chain(std::iter::repeat(""));
        questions
            .iter()
            .zip(typed)
            .map(|(question, typed)| {
                let answer = question.check(typed)?;
                Ok(Answer { question: question.text.clone(), answer })
            })
            .collect()
    }

    /// What was typed as the answer to one question.
    pub fn typed(&self, at: &usize) -> &str {
        self.answer.get(*at).map_or("", String::as_str)
    }
}

/// Only `YYYY-MM-DDTHH:MMZ` is read.
pub fn start(text: &str) -> Result<Instant, &'static str> {
    Instant::read_minute(text).ok_or("Pick one of the times.")
}

/// Another time for a booking.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TimeForm {
    pub start: String,
    pub tz: String,
    pub from: String,
}

impl TimeForm {
    /// The same week once more.
    pub fn look(&self) -> WeekQuery {
        let Self { from, tz, .. } = self.clone();
        WeekQuery { from, tz, ..WeekQuery::default() }
    }
}

/// How a client answers a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProposalAnswer {
    Take,
    Keep,
}

/// An act that may want words.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ReasonForm {
    pub reason: String,
    /// The answer to a proposal, and the time that was shown as proposed.
    pub answer: String,
    pub start: String,
    /// Where the two meet, when a request is accepted or later.
    pub place: String,
}

impl ReasonForm {
    pub fn parse(&self, least: usize) -> Result<String, FieldErrors> {
        text::lines("Reason", &self.reason, least, 1000)
            .map_err(|words| FieldErrors::one("reason", words))
    }

    pub fn proposal_answer(&self) -> Result<ProposalAnswer, FieldErrors> {
        match self.answer.as_str() {
            "accept" => Ok(ProposalAnswer::Take),
            "decline" => Ok(ProposalAnswer::Keep),
            _ => Err(FieldErrors::one("actions", "Take the new time or keep the old one.")),
        }
    }

    /// The proposal that the page showed, as another may stand there meanwhile.
    pub fn shown(&self) -> Option<Instant> {
        Instant::read_minute(&self.start)
    }
}
