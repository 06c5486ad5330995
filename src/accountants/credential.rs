//! One thing that an accountant says to be entitled to, and what became of it.
//!
//! A row begins as claimed and is checked by a moderator. What it names never changes, so that what
//! was checked is what shows. A row that its owner takes back, or that a newer check replaces, has
//! ended, and so has an expired one whose number is verified for another account; the hash of its
//! evidence stays.

mod badge;
mod check;
mod claim;
mod evidence;
mod kind;

use diesel::prelude::*;

use super::schema::{accountants, credentials};
use crate::clock::{Day, Instant};
use crate::db::{Conn, PreparedCondition};
use crate::decisions::{DecisionId, Target, TargetKind};
use crate::error::{Error, Result};
use crate::users::UserId;

pub use badge::Badge;
pub use check::RegisterCheck;
pub use claim::{CLAIM_BYTES, ClaimRefusal, CredentialForm, KeptClaim, NewCredential};
pub use evidence::{EvidenceFile, EvidenceKind, SEALED, StoredEvidence};
pub use kind::CredentialKind;

crate::typed_id!(CredentialId);

crate::word_enum! {
    /// How far it has come.
    CredentialStatus {
        Claimed => "claimed",
        Verified => "verified",
        Refused => "refused",
        Revoked => "revoked",
    }
}

/// A number in a register that an accountant claims, and what an admin found when looking it up. What
/// was claimed never changes; another claim or check is another row.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = credentials)]
pub struct Credential {
    pub id: CredentialId,
    pub user_id: UserId,
    pub kind: CredentialKind,
    pub register: String,
    pub number: String,
    /// The same without blanks, dashes and case: by these two it is compared.
    pub register_key: String,
    pub number_key: String,
    pub jurisdiction: String,
    pub status: CredentialStatus,
    /// Since when it waits.
    pub claimed_at: Instant,
    /// When an admin first looked at it.
    pub touched_at: Option<Instant>,
    /// Taken back, or replaced by a newer check, which may be another account's once it is expired.
    pub ended_at: Option<Instant>,
    pub checked_on: Option<Day>,
    pub checked_by: Option<UserId>,
    /// Where a moderator looked it up.
    pub source: Option<String>,
    /// The last day of the badge.
    pub expires_on: Option<Day>,
    /// False: the register gives no expiry.
    pub has_expiry: bool,
    /// What refuses or revokes it.
    pub decision_id: Option<DecisionId>,
    /// The file, as long as it is kept, and what opens it.
    pub evidence: Option<String>,
    pub evidence_key: Option<Vec<u8>>,
    pub evidence_kind: EvidenceKind,
    pub evidence_sha256: Vec<u8>,
    pub evidence_until: Option<Instant>,
    /// Another account has the same number, and no case is open yet.
    pub rival_at: Option<Instant>,
}

/// Waits for a moderator.
const WAITS: PreparedCondition =
    PreparedCondition("credentials.status = 'claimed' AND credentials.ended_at IS NULL");

impl Credential {
    /// True of what was checked and stands, in the words of the index of its number.
    pub const IS_VERIFIED: PreparedCondition =
        PreparedCondition("credentials.status = 'verified' AND credentials.ended_at IS NULL");

    /// What a decision about it names.
    pub fn target(&self) -> Target {
        Target { kind: TargetKind::Credential, id: self.id.0, subject: self.user_id }
    }

    /// What of one's own has not ended, the newest first.
    pub fn of(conn: &mut Conn, owner: UserId) -> Result<Vec<Self>> {
        Ok(credentials::table
            .filter(credentials::user_id.eq(owner).and(credentials::ended_at.is_null()))
            .order(credentials::id.desc())
            .limit(100)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// One's own; somebody else's is not there.
    pub fn owned(conn: &mut Conn, id: CredentialId, owner: UserId) -> Result<Self> {
        let own = credentials::table.find(id).filter(credentials::user_id.eq(owner));
        Ok(own.select(Self::as_select()).first(conn)?)
    }

    pub fn by_id(conn: &mut Conn, id: CredentialId) -> Result<Self> {
        Ok(credentials::table.find(id).select(Self::as_select()).first(conn)?)
    }

    /// What waits for a moderator, oldest first, each with its owner's name.
    pub fn waiting(conn: &mut Conn) -> Result<Vec<(Self, String)>> {
        Ok(credentials::table
            .inner_join(accountants::table.on(accountants::user_id.eq(credentials::user_id)))
            .filter(WAITS)
            .order((credentials::claimed_at, credentials::id))
            .limit(200)
            .select((Self::as_select(), accountants::display_name))
            .load(conn)?)
    }

    /// What others claim or hold under the same number, whatever they call the register.
    pub fn rivals(&self, conn: &mut Conn) -> Result<Vec<(Self, String)>> {
        Ok(credentials::table
            .inner_join(accountants::table.on(accountants::user_id.eq(credentials::user_id)))
            .filter(credentials::number_key.eq(&self.number_key))
            .filter(credentials::user_id.ne(self.user_id).and(credentials::ended_at.is_null()))
            .order(credentials::id)
            .limit(20)
            .select((Self::as_select(), accountants::display_name))
            .load(conn)?)
    }

    /// Whether it stands under the same register and number.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.register_key == other.register_key && self.number_key == other.number_key
    }

    /// Those that somebody else claims too; of each pair a moderator hears once.
    pub fn take_rivals(conn: &mut Conn) -> Result<Vec<Self>> {
        let marked = credentials::table.filter(credentials::rival_at.is_not_null());
        let found: Vec<Self> =
            marked.order(credentials::rival_at).limit(200).select(Self::as_select()).load(conn)?;
        let ids: Vec<CredentialId> = found.iter().map(|one| one.id).collect();
        diesel::update(credentials::table.filter(credentials::id.eq_any(ids)))
            .set(credentials::rival_at.eq(None::<Instant>))
            .execute(conn)?;
        Ok(found)
    }

    /// Notes that an admin looked.
    pub fn touch(&self, conn: &mut Conn, now: Instant) -> Result<()> {
        let untouched = credentials::table.find(self.id).filter(credentials::touched_at.is_null());
        diesel::update(untouched).set(credentials::touched_at.eq(Some(now))).execute(conn)?;
        Ok(())
    }

    pub fn waits(&self) -> bool {
        self.status == CredentialStatus::Claimed && self.ended_at.is_none()
    }

    pub fn is_verified(&self) -> bool {
        self.status == CredentialStatus::Verified && self.ended_at.is_none()
    }

    /// Whether its badge shows on this day.
    pub fn is_valid(&self, today: Day) -> bool {
        self.is_verified() && self.expires_on.is_some_and(|last| last >= today)
    }

    /// "ICAEW, number 1234567, United Kingdom"
    pub fn words(&self) -> String {
        entry_words(&self.register, &self.number, &self.jurisdiction)
    }

    /// The hash of its evidence, in hexadecimal.
    pub fn sha256(&self) -> String {
        crate::seal::hex(&self.evidence_sha256)
    }

    /// The owner takes it back; the badge goes with it, and so does the file.
    pub fn end(conn: &mut Conn, id: CredentialId, owner: UserId, now: Instant) -> Result<()> {
        let own = Self::owned(conn, id, owner)?;
        let ending = (
            credentials::ended_at.eq(Some(own.ended_at.unwrap_or(now))),
            credentials::rival_at.eq(None::<Instant>),
        );
        diesel::update(credentials::table.find(id)).set(ending).execute(conn)?;
        own.forget_evidence(conn, now)?;
        crate::users::Stale::mark(conn, owner, now)
    }

    /// Another name stands on the profile now: what was checked is checked again.
    pub fn reset(conn: &mut Conn, owner: UserId, now: Instant) -> Result<usize> {
        let verified =
            credentials::table.filter(credentials::user_id.eq(owner)).filter(Self::IS_VERIFIED);
        let again = (
            credentials::status.eq(CredentialStatus::Claimed),
            credentials::claimed_at.eq(now),
            credentials::touched_at.eq(None::<Instant>),
            credentials::checked_on.eq(None::<Day>),
            credentials::checked_by.eq(None::<UserId>),
            credentials::source.eq(None::<String>),
            credentials::expires_on.eq(None::<Day>),
            credentials::has_expiry.eq(true),
            credentials::evidence_until.eq(None::<Instant>),
        );
        Ok(diesel::update(verified).set(again).execute(conn)?)
    }

    /// How many of one's own would lose their check with another name.
    pub fn count_verified(conn: &mut Conn, owner: UserId) -> Result<i64> {
        Ok(credentials::table
            .filter(credentials::user_id.eq(owner))
            .filter(Self::IS_VERIFIED)
            .count()
            .get_result(conn)?)
    }
}

fn entry_words(register: &str, number: &str, jurisdiction: &str) -> String {
    let country = super::choices::country_name(jurisdiction);
    format!("{register}, number {number}, {country}")
}

/// Somebody else was quicker, or it is over.
fn changed_meanwhile() -> Error {
    Error::conflict("This credential has changed meanwhile.")
}
