//! Everything that waits for an admin, of every domain, with its age.

use crate::accountants::Credential;
use crate::clock::Instant;
use crate::db::Conn;
use crate::decisions::Decision;
use crate::error::Result;
use crate::moderation::{Appeal, Case, CaseRow, Complaint, ComplaintRow};
use crate::users::User;

pub struct Queue {
    pub cases: Vec<CaseRow>,
    pub complaints: Vec<ComplaintRow>,
    pub appeals: Vec<(Appeal, Decision)>,
    /// Credentials to be checked, each with its owner's name.
    pub credentials: Vec<(Credential, String)>,
    /// Appeals wait for a second admin, and there is one only.
    pub needs_second_admin: bool,
}

impl Queue {
    pub fn load(conn: &mut Conn, now: Instant) -> Result<Self> {
        Ok(Self {
            cases: Case::waiting(conn, now)?,
            complaints: Complaint::waiting(conn)?,
            appeals: Appeal::waiting(conn)?,
            credentials: Credential::waiting(conn)?,
            needs_second_admin: User::active_admins(conn)? <= 1,
        })
    }

    pub fn waiting(&self) -> usize {
        self.cases.len() + self.complaints.len() + self.appeals.len() + self.credentials.len()
    }

    pub fn untouched(&self, now: &Instant) -> usize {
        let is_old = |one: &Credential| one.claimed_at + Case::UNTOUCHED <= *now;
        let untouched = |one: &Credential| one.touched_at.is_none() && is_old(one);
        self.cases.iter().filter(|row| row.is_untouched(now)).count()
            + self.credentials.iter().filter(|(one, _)| untouched(one)).count()
    }

    pub fn overdue(&self, now: &Instant) -> usize {
        let is_old = |at: &Instant| *at + Case::UNDECIDED <= *now;
        self.cases.iter().filter(|row| row.is_overdue(now)).count()
            + self.complaints.iter().filter(|row| is_old(&row.made_at)).count()
            + self.appeals.iter().filter(|(appeal, _)| is_old(&appeal.made_at)).count()
            + self.credentials.iter().filter(|(one, _)| is_old(&one.claimed_at)).count()
    }
}
