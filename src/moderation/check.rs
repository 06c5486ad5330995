//! The check of a credential: what an admin sends about it, and what follows.

use diesel::prelude::*;
use serde::Deserialize;

use super::case::Case;
use super::restriction;
use crate::accountants::schema::credentials;
use crate::accountants::{Credential, CredentialId, CredentialStatus, RegisterCheck};
use crate::clock::{Day, Instant};
use crate::db::{Conn, PreparedCondition};
use crate::decisions::{Decider, Restriction, Source, Statement, StatementDraft};
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::users::{Actor, UserId};
use crate::web::{FieldErrors, text};

/// The form as the browser sent it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CheckForm {
    pub decision: String,
    pub source: String,
    pub checked_on: String,
    pub expires_on: String,
    /// Ticked: the register gives none.
    pub no_expiry: String,
    pub ground: String,
    pub facts: String,
    pub explanation: String,
}

/// What a check comes to.
pub enum ParsedCheck {
    Verify(RegisterCheck),
    Reject(Statement),
}

/// How old a look into a register may be.
const RECENT_DAYS: i32 = 30;

impl CheckForm {
    /// What can be decided about it: value, label, what it does.
    pub fn choices(one: &Credential) -> Vec<(&'static str, &'static str, &'static str)> {
        match one.status {
            _ if one.ended_at.is_some() => vec![],
            CredentialStatus::Claimed => vec![
                ("verify", "Found in the register", "The badge shows through its last day."),
                (
                    "refuse",
                    "Not confirmed",
                    "No badge; the reasons are told, and can be objected to.",
                ),
            ],
            CredentialStatus::Verified => vec![(
                "revoke",
                "No longer confirmed",
                "The badge goes at once; the reasons are told, and can be objected to.",
            )],
            CredentialStatus::Refused | CredentialStatus::Revoked => vec![],
        }
    }

    /// Whether somebody decided something else before.
    pub fn is_too_late(&self, one: &Credential) -> bool {
        let fitting = Self::choices(one);
        let is_known = ["verify", "refuse", "revoke"].contains(&self.decision.as_str());
        let is_fitting = fitting.iter().any(|(value, ..)| *value == self.decision);
        fitting.is_empty() || (is_known && !is_fitting)
    }

    pub fn parse(
        &self,
        one: &Credential,
        admin: UserId,
        today: Day,
    ) -> Result<ParsedCheck, FieldErrors> {
        let is_fitting = Self::choices(one).iter().any(|(value, ..)| *value == self.decision);
        match self.decision.as_str() {
            "verify" if is_fitting => self.found(today).map(ParsedCheck::Verify),
            "refuse" if is_fitting => self.reasons(Restriction::Refuse, one, admin),
            "revoke" if is_fitting => self.reasons(Restriction::Revoke, one, admin),
            _ => Err(FieldErrors::one("decision", "Choose what you found.")),
        }
    }

    fn found(&self, today: Day) -> Result<RegisterCheck, FieldErrors> {
        let mut errors = FieldErrors::default();
        let source = errors.take("source", text::line("Source", &self.source, 3, 200));
        let checked_on = errors.take("checked_on", recent(&self.checked_on, today));
        let expires_on = errors.take("expires_on", self.expiry(today));
        match (source, checked_on, expires_on) {
            (Some(source), Some(checked_on), Some(expires_on)) => {
                Ok(RegisterCheck { source, checked_on, expires_on })
            }
            _ => Err(errors),
        }
    }

    fn expiry(&self, today: Day) -> Result<Option<Day>, &'static str> {
        let typed = self.expires_on.trim();
        match (typed.is_empty(), self.no_expiry.is_empty()) {
            (true, true) => Err("Write the last day, or tick that the register gives none."),
            (true, false) => Ok(None),
            (false, false) => Err("Either the register gives an expiry or it gives none."),
            (false, true) => match Day::parse(typed) {
                Some(day) if day < today => Err("That day is over, so there is no badge to show."),
                Some(day) => Ok(Some(day)),
                None => Err("Write the day as 2027-12-31."),
            },
        }
    }

    fn reasons(
        &self,
        restriction: Restriction,
        one: &Credential,
        admin: UserId,
    ) -> Result<ParsedCheck, FieldErrors> {
        let draft = StatementDraft {
            restriction,
            scope: one.words().chars().take(200).collect(),
            duration: String::new(),
            ground: self.ground.clone(),
            facts: self.facts.clone(),
            explanation: self.explanation.clone(),
            source: Source::OwnInitiative,
            decider: Decider::Admin(admin),
        };
        draft.complete().map(ParsedCheck::Reject)
    }

    /// What was typed, to be kept while a proof is asked for.
    pub fn fields(&self) -> Vec<(String, String)> {
        let fields = [
            ("decision", &self.decision),
            ("source", &self.source),
            ("checked_on", &self.checked_on),
            ("expires_on", &self.expires_on),
            ("no_expiry", &self.no_expiry),
            ("ground", &self.ground),
            ("facts", &self.facts),
            ("explanation", &self.explanation),
        ];
        fields.map(|(name, value)| (name.to_owned(), value.clone())).to_vec()
    }
}

fn recent(typed: &str, today: Day) -> Result<Day, &'static str> {
    match Day::parse(typed.trim()) {
        None => Err("Write the day as 2026-11-30."),
        Some(day) if day > today => Err("That day is still to come."),
        Some(day) if day.days_to(today) > RECENT_DAYS => {
            Err("That is more than 30 days ago. Look it up again.")
        }
        Some(day) => Ok(day),
    }
}

/// Carries out what was found. A case about it ends where it is refused or revoked.
pub fn decide(
    conn: &mut Conn,
    mail: &Mail,
    (id, parsed): (CredentialId, &ParsedCheck),
    actor: &Actor,
) -> Result<()> {
    let statement = match parsed {
        ParsedCheck::Verify(check) => return Credential::verify(conn, mail, (id, check), actor),
        ParsedCheck::Reject(statement) => statement,
    };
    let target = Credential::by_id(conn, id)?.target();
    if target.subject == actor.id {
        return Err(Error::forbidden("Nobody decides about themselves."));
    }
    let decision = restriction::restrict(conn, mail, target, statement, actor.now)?;
    match Case::find_open(conn, target)? {
        Some(case) => case.close(conn, decision.id, actor.now),
        None => Ok(()),
    }
}

/// Its time has come, and nobody still answers an objection for which it may be needed; or the
/// objection is answered, after which there is no other.
const IS_NEEDLESS: PreparedCondition = PreparedCondition(
    "NOT EXISTS (SELECT 1 FROM appeals WHERE appeals.decision_id = credentials.decision_id \
     AND appeals.decided_at IS NULL)",
);

/// Deletes evidence that is no longer needed; how much there was.
pub fn forget_evidence(conn: &mut Conn, now: Instant) -> Result<usize> {
    let due: Vec<CredentialId> = credentials::table
        .filter(credentials::evidence.is_not_null())
        .filter(credentials::evidence_until.le(now))
        .filter(IS_NEEDLESS)
        .order(credentials::evidence_until)
        .limit(100)
        .select(credentials::id)
        .load(conn)?;
    for id in &due {
        Credential::by_id(conn, *id)?.forget_evidence(conn, now)?;
    }
    Ok(due.len())
}
