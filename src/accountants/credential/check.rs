//! What a moderator found in a register, and what takes a badge away.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::{Badge, Credential, CredentialId, CredentialStatus, changed_meanwhile};
use crate::accountants::schema::credentials;
use crate::audit::Audit;
use crate::clock::{Day, Instant, Span};
use crate::db::Conn;
use crate::decisions::{Decision, DecisionId, TargetKind};
use crate::error::{Error, Result};
use crate::locale::Locale;
use crate::mail::{Letter, Mail};
use crate::notifications::{NewNotice, Notice, Topic};
use crate::users::{Actor, Stale, User};
use crate::web::paths;

/// Where a moderator looked, when, and until when it holds.
#[derive(Debug, Clone)]
pub struct RegisterCheck {
    pub source: String,
    pub checked_on: Day,
    /// None: the register gives none.
    pub expires_on: Option<Day>,
}

impl RegisterCheck {
    /// How long a badge shows where the register gives no expiry.
    pub const WITHOUT_EXPIRY_DAYS: i32 = 365;

    fn last_day(&self) -> Day {
        self.expires_on.unwrap_or(self.checked_on.plus(Self::WITHOUT_EXPIRY_DAYS))
    }
}

fn held_elsewhere() -> Error {
    Error::conflict("This number is verified for another account. Decide that one first.")
}

impl Credential {
    /// How long the evidence of a verified one is kept.
    const EVIDENCE_KEPT: Span = Span::days(14);

    /// Found in the register: its badge shows from this commit on. An older check of the same number
    /// is replaced by it, and so is one of another account whose last day is over.
    pub fn verify(
        conn: &mut Conn,
        mail: &Mail,
        (id, check): (CredentialId, &RegisterCheck),
        actor: &Actor,
    ) -> Result<()> {
        let (own, now) = (Self::by_id(conn, id)?, actor.now);
        if own.user_id == actor.id {
            return Err(Error::forbidden("Nobody decides about themselves."));
        }
        crate::accountants::Accountant::lock(conn, own.user_id)?;
        own.end_older(conn, now)?;
        own.end_expired(conn, mail, now)?;
        if own.rivals(conn)?.iter().any(|(one, _)| one.is_verified() && one.is_same_as(&own)) {
            return Err(held_elsewhere());
        }
        let waiting = credentials::table
            .find(id)
            .filter(credentials::status.eq(CredentialStatus::Claimed))
            .filter(credentials::ended_at.is_null());
        let verified = (
            credentials::status.eq(CredentialStatus::Verified),
            credentials::checked_on.eq(Some(check.checked_on)),
            credentials::checked_by.eq(Some(actor.id)),
            credentials::source.eq(Some(&check.source)),
            credentials::expires_on.eq(Some(check.last_day())),
            credentials::has_expiry.eq(check.expires_on.is_some()),
            credentials::evidence_until.eq(Some(now + Self::EVIDENCE_KEPT)),
        );
        match diesel::update(waiting).set(verified).execute(conn) {
            Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
                return Err(held_elsewhere());
            }
            Ok(0) => return Err(changed_meanwhile()),
            other => other?,
        };
        Stale::mark(conn, own.user_id, now)?;
        Audit::note(conn, now, &actor.id.to_string(), "credential.verify", &id.to_string(), "")?;
        own.tell_verified(conn, mail, check, now)
    }

    /// The same account's older check of this number gives way.
    fn end_older(&self, conn: &mut Conn, now: Instant) -> Result<()> {
        let older: Vec<Self> = credentials::table
            .filter(credentials::user_id.eq(self.user_id).and(credentials::id.ne(self.id)))
            .filter(credentials::register_key.eq(&self.register_key))
            .filter(credentials::number_key.eq(&self.number_key))
            .filter(Self::IS_VERIFIED)
            .select(Self::as_select())
            .load(conn)?;
        older.iter().try_for_each(|one| Self::end(conn, one.id, one.user_id, now))
    }

    /// Another account's check of this number gives way once its last day is over: it shows no badge,
    /// and who renewed nothing bars nobody. It stays as what was found then.
    fn end_expired(&self, conn: &mut Conn, mail: &Mail, now: Instant) -> Result<()> {
        let expired = credentials::table
            .filter(credentials::register_key.eq(&self.register_key))
            .filter(credentials::number_key.eq(&self.number_key))
            .filter(Self::IS_VERIFIED.and(credentials::user_id.ne(self.user_id)))
            .filter(credentials::expires_on.lt(Badge::today(now)));
        let found: Option<Self> = expired.select(Self::as_select()).first(conn).optional()?;
        let Some(over) = found else { return Ok(()) };
        let ending =
            (credentials::ended_at.eq(Some(now)), credentials::rival_at.eq(None::<Instant>));
        match diesel::update(expired).set(ending).execute(conn)? {
            0 => Ok(()),
            _ => over.tell_over(conn, mail, now),
        }
    }

    /// Of the other account its owner learns nothing.
    fn tell_over(&self, conn: &mut Conn, mail: &Mail, now: Instant) -> Result<()> {
        let locale = Locale::of(&User::by_id(conn, self.user_id)?.locale);
        let title = format!("Over: {}", self.kind.words());
        let found = format!("It was {}.", self.words());
        let expired = self.expires_on.map_or(String::new(), |day| {
            format!("Its last day was {}, and since then no badge has shown.", day.plain(locale))
        });
        let again =
            "If you still have it, send it again with new evidence, and it is looked up anew.";
        let path = paths::CREDENTIALS.to_owned();
        let letter = Letter::new(&title, &[&found, &expired, again])
            .with_button("Your credentials", format!("{}{path}", mail.base_url));
        let telling = NewNotice {
            kind: "credential.over",
            topic: Topic::Moderation,
            recipient: self.user_id,
            object: self.id.0,
            version: now.micros(),
            words: format!("{title}. If you still have it, send it again."),
            path,
            letter: Some(letter),
        };
        Notice::tell(conn, mail, telling, now).map(drop)
    }

    fn tell_verified(
        &self,
        conn: &mut Conn,
        mail: &Mail,
        check: &RegisterCheck,
        now: Instant,
    ) -> Result<()> {
        let reader = User::by_id(conn, self.user_id)?;
        let locale = Locale::of(&reader.locale);
        let title = format!("Checked: {}", self.kind.words());
        let until = match check.expires_on {
            Some(day) => format!("It shows through {}, when it expires.", day.plain(locale)),
            None => format!(
                "The register gives no expiry, so it shows for {} days after the check, through {}.",
                RegisterCheck::WITHOUT_EXPIRY_DAYS,
                check.last_day().plain(locale)
            ),
        };
        let found = format!("We found it: {}.", self.words());
        let file = "Your evidence is deleted after 14 days, or now if you ask on the page.";
        let paragraphs = [found.as_str(), "The badge is on your public page.", &until, file];
        let path = paths::CREDENTIALS.to_owned();
        let letter = Letter::new(&title, &paragraphs)
            .with_button("Your credentials", format!("{}{path}", mail.base_url));
        let telling = NewNotice {
            kind: "credential.verified",
            topic: Topic::Moderation,
            recipient: self.user_id,
            object: self.id.0,
            // a new name lets the same one be checked again
            version: now.micros(),
            words: format!("{title}. The badge is on your public page."),
            path,
            letter: Some(letter),
        };
        Notice::tell_reader(conn, mail, &reader, telling, now).map(drop)
    }

    /// Refuses a claim or revokes a badge, as a decision about it says.
    pub fn reject(conn: &mut Conn, decision: &Decision, now: Instant) -> Result<()> {
        use crate::decisions::Restriction;
        let (from, to) = match decision.restriction {
            Restriction::Refuse => (CredentialStatus::Claimed, CredentialStatus::Refused),
            _ => (CredentialStatus::Verified, CredentialStatus::Revoked),
        };
        if decision.target_kind != TargetKind::Credential {
            return Err(Error::internal("a decision about something else"));
        }
        let standing = credentials::table
            .find(CredentialId(decision.target))
            .filter(credentials::status.eq(from).and(credentials::ended_at.is_null()));
        let rejected = (
            credentials::status.eq(to),
            credentials::decision_id.eq(Some(decision.id)),
            credentials::evidence_until.eq(Some(decision.appeal_until)),
        );
        if diesel::update(standing).set(rejected).execute(conn)? == 0 {
            return Err(changed_meanwhile());
        }
        Stale::mark(conn, decision.subject_id, now)
    }

    /// What one decision took away comes back: a badge as it was checked, unless the number is
    /// another account's by now; a claim waits to be checked again.
    pub fn restore(
        conn: &mut Conn,
        id: CredentialId,
        lifted: DecisionId,
        now: Instant,
    ) -> Result<()> {
        let own = Self::by_id(conn, id)?;
        if own.decision_id != Some(lifted) {
            return Ok(());
        }
        let rivals = own.rivals(conn)?;
        let is_held = rivals.iter().any(|(one, _)| one.is_verified() && one.is_same_as(&own));
        let status = match own.status {
            CredentialStatus::Revoked if !is_held => CredentialStatus::Verified,
            _ => CredentialStatus::Claimed,
        };
        let until = match status {
            CredentialStatus::Verified => own.evidence.as_ref().map(|_| now + Self::EVIDENCE_KEPT),
            _ => None,
        };
        diesel::update(credentials::table.find(id))
            .set((
                credentials::status.eq(status),
                credentials::decision_id.eq(None::<DecisionId>),
                credentials::claimed_at.eq(now),
                credentials::touched_at.eq(None::<Instant>),
                credentials::evidence_until.eq(until),
            ))
            .execute(conn)?;
        Stale::mark(conn, own.user_id, now)
    }
}
