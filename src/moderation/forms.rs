//! What people and admins send: a report, a decision, an objection, an answer to it.

use serde::Deserialize;
use validator::Validate;

use super::appeal::Answer;
use super::complaint::{Complaint, Verdict};
use super::contact::Contact;
use super::evidence::Evidence;
use super::report::Reason;
use crate::decisions::{Decider, Restriction, Source, Statement, StatementDraft, TargetKind};
use crate::messaging::Opening;
use crate::seal::from_base64url;
use crate::users::{Email, UserId};
use crate::web::{FieldErrors, checks, text};

/// `/reports`. Name and address are asked of whoever is signed out, and may stay empty.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(default)]
pub struct ReportForm {
    pub url: String,
    pub reason: String,
    #[validate(custom(function = checks::lines::<10, 2_000>, message = "What is wrong"))]
    pub note: String,
    #[validate(length(min = 1, message = "Confirm that you believe this to be right."))]
    pub good_faith: String,
    pub name: String,
    pub email: String,
}

/// A report whose address was not looked up yet.
pub struct ParsedReport {
    pub reason: Reason,
    pub note: String,
    pub contact: Contact,
}

impl ReportForm {
    pub fn parse(&self, is_signed_in: bool) -> Result<ParsedReport, FieldErrors> {
        let mut errors = FieldErrors::of(self);
        let reason = match is_signed_in {
            true => Reason::parse(&self.reason),
            // whoever is signed out may report what is illegal, and nothing else
            false => Some(Reason::Illegal),
        };
        let reason = errors.take("reason", reason.ok_or("Choose what is wrong."));
        let contact =
            if is_signed_in { Some(Contact::default()) } else { self.contact(&mut errors) };
        match reason.zip(contact) {
            Some((reason, contact)) if errors.is_empty() => {
                Ok(ParsedReport { reason, note: text::as_lines(&self.note), contact })
            }
            _ => Err(errors),
        }
    }

    /// Asked of whoever is signed out alone, so the fields by themselves cannot say it.
    fn contact(&self, errors: &mut FieldErrors) -> Option<Contact> {
        let name = match self.name.trim().is_empty() {
            true => Some(String::new()),
            false => errors.take("name", text::line("Name", &self.name, 2, 80)),
        };
        let email = match self.email.trim().is_empty() {
            true => Some(String::new()),
            false => errors.take("email", Email::parse(&self.email).map(|email| email.typed)),
        };
        Some(Contact { name: name?, email: email? })
    }
}

/// `/messages/{conv}/report`: the page names what it is about by itself.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TalkReportForm {
    pub reason: String,
    pub note: String,
    pub good_faith: String,
}

impl TalkReportForm {
    pub fn parse(&self) -> Result<ParsedReport, FieldErrors> {
        let Self { reason, note, good_faith } = self.clone();
        ReportForm { reason, note, good_faith, ..ReportForm::default() }.parse(true)
    }
}

/// The same with the messages that it is about: the first is reported, the others are its context.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageReportForm {
    pub reason: String,
    pub note: String,
    pub good_faith: bool,
    pub items: Vec<OpeningForm>,
}

/// A message as its page opened it; bytes in base64url without padding.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningForm {
    seq: i64,
    #[serde(rename = "P")]
    payload: String,
    kf: String,
}

impl MessageReportForm {
    /// Of twenty of the longest messages.
    pub const MOST: usize = Evidence::MOST * (Opening::MOST / 3 * 4 + 256) + 32 * 1024;

    pub fn parse(&self) -> Result<ParsedReport, FieldErrors> {
        let good_faith = if self.good_faith { "yes" } else { "" }.to_owned();
        let (reason, note) = (self.reason.clone(), self.note.clone());
        TalkReportForm { reason, note, good_faith }.parse()
    }

    /// `None` for another number of messages than may be, one twice, or bytes of another shape.
    pub fn openings(&self) -> Option<Vec<Opening>> {
        let openings: Vec<Opening> =
            self.items.iter().map(OpeningForm::parse).collect::<Option<_>>()?;
        let mut seqs: Vec<i64> = openings.iter().map(|one| one.seq).collect();
        seqs.sort_unstable();
        seqs.dedup();
        let fits = (1..=Evidence::MOST).contains(&openings.len()) && seqs.len() == openings.len();
        fits.then_some(openings)
    }
}

impl OpeningForm {
    fn parse(&self) -> Option<Opening> {
        let payload = from_base64url(&self.payload).filter(|bytes| bytes.len() <= Opening::MOST)?;
        let key = from_base64url(&self.kf)?.try_into().ok()?;
        Some(Opening { seq: self.seq, payload, key })
    }
}

/// A decision with its statement, as an admin typed it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct DecisionForm {
    pub decision: String,
    pub ground: String,
    pub facts: String,
    pub explanation: String,
    pub scope: String,
    pub duration: String,
    /// Ticked: the notices are manifestly unfounded.
    pub unfounded: String,
}

/// What a decision on a case comes to.
pub enum ParsedDecision {
    Keep(Statement),
    Restrict(Statement),
}

impl DecisionForm {
    /// The decisions that fit a kind of thing: value, label, what it does.
    pub fn choices(kind: TargetKind) -> Vec<(&'static str, &'static str, &'static str)> {
        let keep = ("keep", "Keep", "Nothing changes. Whoever reported it is told why.");
        let hide = ("hide", "Hide", "Not shown until the decision ends or is reversed.");
        let remove = ("remove", "Remove", "Taken down for good.");
        let warn = ("warn", "Warn", "Nothing changes but that the person is told to stop.");
        let suspend =
            ("suspend", "Suspend the account", "May read, cancel, report and object; no more.");
        match kind {
            TargetKind::Profile => vec![keep, hide, warn, suspend],
            TargetKind::Review => vec![keep, hide, remove],
            TargetKind::Reply => vec![keep, remove],
            TargetKind::Message => {
                let gone = "Both see “removed after a report”. What it says is kept sealed until nobody can object any more, then deleted.";
                vec![keep, ("remove", "Remove", gone), warn, suspend]
            }
            TargetKind::Credential => vec![
                keep,
                ("refuse", "Not confirmed", "For a claim that waits: no badge."),
                ("revoke", "No longer confirmed", "For a badge that shows: it goes at once."),
            ],
            _ => vec![keep, warn, suspend],
        }
    }

    /// How much of a kind of thing can be concerned: value and words.
    pub fn scopes(kind: TargetKind) -> Vec<(&'static str, &'static str)> {
        match kind {
            TargetKind::Review => {
                vec![("text", "The text; the stars still count"), ("all", "Text and stars")]
            }
            TargetKind::Profile => vec![("all", "The whole profile")],
            TargetKind::Reply => vec![("all", "The whole reply")],
            TargetKind::Message => vec![("all", "The whole message")],
            TargetKind::Credential => vec![("all", "The credential")],
            _ => vec![("all", "The account")],
        }
    }

    pub fn parse(
        &self,
        kind: TargetKind,
        (admin, source): (UserId, Source),
    ) -> Result<ParsedDecision, FieldErrors> {
        let is_fitting = Self::choices(kind).iter().any(|(value, ..)| *value == self.decision);
        let restriction = match self.decision.as_str() {
            "keep" => Some(Restriction::None),
            "hide" => Some(Restriction::Hide),
            "remove" if self.scope == "text" => Some(Restriction::RemoveText),
            "remove" => Some(Restriction::Remove),
            "warn" => Some(Restriction::Warn),
            "suspend" => Some(Restriction::Suspend),
            "refuse" => Some(Restriction::Refuse),
            "revoke" => Some(Restriction::Revoke),
            _ => None,
        };
        let Some(restriction) = restriction.filter(|_| is_fitting) else {
            let mut errors = FieldErrors::one("decision", "Choose what is done.");
            if let Err(others) = self.draft(Restriction::None, kind, (admin, source)).complete() {
                errors.join(others);
            }
            return Err(errors);
        };
        let statement = self.draft(restriction, kind, (admin, source)).complete()?;
        Ok(match restriction {
            Restriction::None => ParsedDecision::Keep(statement),
            _ => ParsedDecision::Restrict(statement),
        })
    }

    fn draft(
        &self,
        restriction: Restriction,
        kind: TargetKind,
        (admin, source): (UserId, Source),
    ) -> StatementDraft {
        let scopes = Self::scopes(kind);
        let chosen = scopes.iter().find(|(value, _)| *value == self.scope).or(scopes.last());
        let scope = match restriction {
            Restriction::Suspend | Restriction::Warn => "the account",
            _ => chosen.map_or("all of it", |(_, words)| words),
        };
        StatementDraft {
            restriction,
            scope: scope.to_owned(),
            // a warning and a kept notice hold nothing back that could end
            duration: match restriction {
                Restriction::Warn | Restriction::None => String::new(),
                // what a register says is no matter of days
                Restriction::Refuse | Restriction::Revoke => String::new(),
                _ => self.duration.clone(),
            },
            ground: self.ground.clone(),
            facts: self.facts.clone(),
            explanation: self.explanation.clone(),
            source,
            decider: Decider::Admin(admin),
        }
    }

    /// What was typed, to be kept while a proof is asked for.
    pub fn fields(&self) -> Vec<(String, String)> {
        let fields = [
            ("decision", &self.decision),
            ("ground", &self.ground),
            ("facts", &self.facts),
            ("explanation", &self.explanation),
            ("scope", &self.scope),
            ("duration", &self.duration),
            ("unfounded", &self.unfounded),
        ];
        fields.map(|(name, value)| (name.to_owned(), value.clone())).to_vec()
    }

    /// The verdict on a complaint with its statement.
    pub fn parse_verdict(&self, admin: UserId) -> Result<(Verdict, Statement), FieldErrors> {
        let verdict = Verdict::parse(&self.decision);
        let restriction = verdict.map_or(Restriction::None, Complaint::restriction);
        let by = (admin, Source::Notice);
        let mut draft = self.draft(restriction, TargetKind::Booking, by);
        let scope = match verdict {
            Some(Verdict::Absent) => "the price of the booking, and how many hours were kept",
            _ => "the price of the booking",
        };
        scope.clone_into(&mut draft.scope);
        draft.duration.clear();
        match (verdict, draft.complete()) {
            (Some(verdict), Ok(statement)) => Ok((verdict, statement)),
            (Some(_), Err(errors)) => Err(errors),
            (None, found) => {
                let mut errors = FieldErrors::one("decision", "Choose what becomes of the price.");
                if let Err(others) = found {
                    errors.join(others);
                }
                Err(errors)
            }
        }
    }

    /// The answer to an appeal about a thing of this kind, with its statement. What had been kept and
    /// should not have been is hidden, or taken down where it cannot be hidden.
    pub fn parse_answer(
        &self,
        kind: TargetKind,
        restriction: Restriction,
        admin: UserId,
    ) -> Result<(Answer, Statement), FieldErrors> {
        let statement = self.draft(restriction, kind, (admin, Source::Notice)).complete();
        match (Answer::parse(&self.decision), statement) {
            (Some(answer), Ok(statement)) => Ok((answer, statement)),
            (None, Ok(_)) => Err(FieldErrors::one("decision", "Choose whether it stands.")),
            (None, Err(others)) => {
                let mut errors = FieldErrors::one("decision", "Choose whether it stands.");
                errors.join(others);
                Err(errors)
            }
            (Some(_), Err(errors)) => Err(errors),
        }
    }
}

/// The ground of an emergency.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct EmergencyForm {
    pub ground: String,
}

/// An objection; words are welcome and not asked for.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(default)]
pub struct AppealForm {
    #[validate(custom(function = checks::lines_if_any::<1, 2_000>, message = "What you say"))]
    pub words: String,
    /// Of whoever reported without an account.
    pub token: String,
}

impl AppealForm {
    pub fn parse(&self) -> Result<String, FieldErrors> {
        let errors = FieldErrors::of(self);
        if errors.is_empty() { Ok(text::as_lines(&self.words)) } else { Err(errors) }
    }
}

/// `/decisions/{id}?token=`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TokenQuery {
    pub token: String,
}
