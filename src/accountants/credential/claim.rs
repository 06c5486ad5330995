//! What an accountant sends to have a credential checked.

use diesel::prelude::*;
use serde::Deserialize;
use validator::{Validate, ValidationError};

use super::evidence::{EvidenceFile, StoredEvidence};
use super::kind::is_mere_registration;
use super::{Credential, CredentialId, CredentialKind, CredentialStatus, EvidenceKind, WAITS};
use crate::accountants::schema::credentials;
use crate::accountants::{Accountant, choices};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::users::{Actor, UserId};
use crate::web::{Chosen, FieldErrors, checks, text};

/// The most that evidence may have.
pub const CLAIM_BYTES: usize = 5 * 1024 * 1024;

/// The form as the browser sent it, without the file.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(default)]
pub struct CredentialForm {
    pub kind: String,
    #[validate(custom(function = checks::name::<2, 120>, message = "Register"))]
    pub register: String,
    #[validate(
        custom(function = checks::line::<1, 40>, message = "Number"),
        custom(function = figures, message = "Number: write it as the register does.")
    )]
    pub number: String,
    pub jurisdiction: String,
}

/// A claim that can be kept.
#[derive(Debug, Clone)]
pub struct NewCredential {
    pub kind: CredentialKind,
    pub register: String,
    pub number: String,
    pub jurisdiction: String,
}

/// What became of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptClaim {
    New(CredentialId),
    /// It waits already, with this very file.
    Known,
}

/// Why a claim is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ClaimRefusal {
    #[error("Five of yours wait to be checked. Wait for these, or remove one.")]
    TooManyOpen,
    #[error("You sent ten within a day. Send more tomorrow.")]
    TooManyToday,
    #[error("This number waits to be checked. Remove it first to send other evidence.")]
    Waiting,
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<diesel::result::Error> for ClaimRefusal {
    fn from(cause: diesel::result::Error) -> Self {
        Self::Failed(cause.into())
    }
}

const NO_QUALIFICATION: &str =
    "A PTIN, a tax or a VAT number shows no qualification, so it never makes a badge.";

impl CredentialForm {
    pub fn parse(
        &self,
        file: Option<Chosen>,
    ) -> Result<(NewCredential, EvidenceFile), FieldErrors> {
        let mut errors = FieldErrors::of(self);
        let kind = CredentialKind::parse(&self.kind);
        let kind = errors.take("kind", kind.ok_or("Choose one of the list."));
        let jurisdiction = self.jurisdiction.trim().to_uppercase();
        let is_known = !choices::country_name(&jurisdiction).is_empty();
        let jurisdiction = errors
            .take("jurisdiction", is_known.then_some(jurisdiction).ok_or("Choose a country."));
        let (register, number) = (text::as_line(&self.register), text::as_line(&self.number));
        if errors.get("number").is_none() && is_mere_registration(&register, &number) {
            errors.add("register", NO_QUALIFICATION);
        }
        let evidence = errors.take("evidence", EvidenceFile::read(file, CLAIM_BYTES));
        match (kind, jurisdiction, evidence) {
            (Some(kind), Some(jurisdiction), Some(evidence)) if errors.is_empty() => {
                Ok((NewCredential { kind, register, number, jurisdiction }, evidence))
            }
            _ => Err(errors),
        }
    }
}

fn figures(typed: &str) -> Result<(), ValidationError> {
    match key(typed).chars().any(char::is_alphanumeric) {
        true => Ok(()),
        false => Err(ValidationError::new("figures")),
    }
}

/// The form in which registers and numbers are compared: without blanks, dashes and case.
fn key(text: &str) -> String {
    let is_dash = |c: char| {
        matches!(
            c,
            '-' | '\u{ad}' | '\u{2010}'
                ..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
        )
    };
    let kept = text.chars().filter(|c| !c.is_whitespace() && !is_dash(*c));
    kept.flat_map(char::to_lowercase).collect()
}

impl Credential {
    /// Waiting at a time, and sent within a day.
    const MOST_OPEN: i64 = 5;
    const MOST_A_DAY: i64 = 10;

    /// Keeps a claim with its evidence. The same once more, file included, is the same.
    pub fn claim(
        conn: &mut Conn,
        actor: &Actor,
        new: &NewCredential,
        evidence: &StoredEvidence,
    ) -> Result<KeptClaim, ClaimRefusal> {
        let now = actor.now;
        Accountant::lock(conn, actor.id)?;
        Accountant::owned(conn, actor.id)?;
        let row = ClaimRow::of(actor, new, evidence);
        if let Some(waiting) = row.waiting_twin(conn)? {
            return match waiting.evidence_sha256 == row.evidence_sha256 {
                true => Ok(KeptClaim::Known),
                false => Err(ClaimRefusal::Waiting),
            };
        }
        check_limits(conn, actor.id, now)?;
        crate::on_either!(conn, |c| diesel::insert_into(credentials::table)
            .values(&row)
            .execute(c))?;
        row.mark_rivals(conn, now)?;
        Ok(KeptClaim::New(row.id))
    }
}

/// A credential as it is claimed; what only its check finds is not in it.
#[derive(Insertable)]
#[diesel(table_name = credentials)]
struct ClaimRow {
    id: CredentialId,
    user_id: UserId,
    kind: CredentialKind,
    register: String,
    number: String,
    register_key: String,
    number_key: String,
    jurisdiction: String,
    status: CredentialStatus,
    claimed_at: Instant,
    has_expiry: bool,
    evidence: String,
    evidence_key: Vec<u8>,
    evidence_kind: EvidenceKind,
    evidence_sha256: Vec<u8>,
}

impl ClaimRow {
    fn of(actor: &Actor, new: &NewCredential, evidence: &StoredEvidence) -> Self {
        Self {
            id: CredentialId::next(actor.now),
            user_id: actor.id,
            kind: new.kind,
            register: new.register.clone(),
            number: new.number.clone(),
            register_key: key(&new.register),
            number_key: key(&new.number),
            jurisdiction: new.jurisdiction.clone(),
            status: CredentialStatus::Claimed,
            claimed_at: actor.now,
            has_expiry: true,
            evidence: evidence.blob.clone(),
            evidence_key: evidence.sealed_key.clone(),
            evidence_kind: evidence.kind,
            evidence_sha256: evidence.sha256.to_vec(),
        }
    }

    /// One's own claim of the same number that waits.
    fn waiting_twin(&self, conn: &mut Conn) -> Result<Option<Credential>> {
        let same = credentials::table
            .filter(credentials::user_id.eq(self.user_id).and(WAITS))
            .filter(credentials::register_key.eq(&self.register_key))
            .filter(credentials::number_key.eq(&self.number_key));
        Ok(same.select(Credential::as_select()).first(conn).optional()?)
    }

    /// Of two accounts with one number a moderator hears; neither account does.
    fn mark_rivals(&self, conn: &mut Conn, now: Instant) -> Result<()> {
        let statuses = [CredentialStatus::Claimed, CredentialStatus::Verified];
        let others = credentials::table
            .filter(credentials::register_key.eq(&self.register_key))
            .filter(credentials::number_key.eq(&self.number_key))
            .filter(credentials::user_id.ne(self.user_id).and(credentials::ended_at.is_null()))
            .filter(credentials::status.eq_any(statuses));
        let marked =
            diesel::update(others).set(credentials::rival_at.eq(Some(now))).execute(conn)?;
        if marked > 0 {
            diesel::update(credentials::table.find(self.id))
                .set(credentials::rival_at.eq(Some(now)))
                .execute(conn)?;
        }
        Ok(())
    }
}

fn check_limits(conn: &mut Conn, owner: UserId, now: Instant) -> Result<(), ClaimRefusal> {
    let own = credentials::table.filter(credentials::user_id.eq(owner));
    if own.filter(WAITS).count().get_result::<i64>(conn)? >= Credential::MOST_OPEN {
        return Err(ClaimRefusal::TooManyOpen);
    }
    // an id tells when its row was made, whatever became of it
    let since = credentials::claimed_at.gt(now - Span::days(1));
    match own.filter(since).count().get_result::<i64>(conn)? >= Credential::MOST_A_DAY {
        true => Err(ClaimRefusal::TooManyToday),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_compared_without_blanks_dashes_and_case() {
        for typed in ["AB 12-34", "ab1234", "A\u{2013}B 1 2 3 4", "ab\u{a0}12\u{2212}34"] {
            assert_eq!(key(typed), "ab1234", "{typed}");
        }
        assert_ne!(key("AB 12/34"), key("AB 1234"));
        assert!(figures(" - ").is_err());
    }
}
