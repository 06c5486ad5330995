//! What a decision does to an account, and what a role is changed to by another admin.
//!
//! Suspended, somebody may read, cancel, report, appeal and export (`Viewer::act_even_suspended`).
//! Every session ends with the commit, and its sockets within a second; signing in again gives one
//! that reads.

use diesel::prelude::*;

use super::schema::users;
use super::{Role, Session, Stale, Status, User, UserId};
use crate::audit::DecisionId;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};

impl User {
    /// Suspends an account that is active, or was when the operator locked it.
    pub fn suspend(conn: &mut Conn, id: UserId, by: DecisionId, now: Instant) -> Result<()> {
        let user = Self::by_id(conn, id)?;
        if user.is_last_active_admin(conn)? {
            return Err(Error::conflict("The last active admin cannot be suspended."));
        }
        let (status, before) = match (user.status, user.disabled_from) {
            (Status::Active, _) => (Status::Suspended, None),
            (Status::Disabled, Some(Status::Active)) => (Status::Disabled, Some(Status::Suspended)),
            _ => return Err(Error::conflict("Only an active account can be suspended.")),
        };
        user.set_standing(conn, (status, before, Some(by)), now)
    }

    /// Ends the suspension by one decision. False when another holds, or none.
    pub fn restore(conn: &mut Conn, id: UserId, lifted: DecisionId, now: Instant) -> Result<bool> {
        let user = Self::by_id(conn, id)?;
        if user.suspended_by != Some(lifted) {
            return Ok(false);
        }
        let (status, before) = match user.status {
            Status::Disabled => (Status::Disabled, Some(Status::Active)),
            _ => (Status::Active, None),
        };
        user.set_standing(conn, (status, before, None), now)?;
        Ok(true)
    }

    /// An admin makes somebody a client or an admin. Accountants stay what they are: their profile is
    /// theirs.
    pub fn change_role(conn: &mut Conn, id: UserId, role: Role, now: Instant) -> Result<()> {
        let user = Self::by_id(conn, id)?;
        if user.role == role {
            return Ok(());
        }
        if user.role == Role::Accountant || role == Role::Accountant {
            let words = "An accountant's role stays, since the profile belongs to it; they can make \
                         another account.";
            return Err(Error::conflict(words));
        }
        if user.status != Status::Active {
            return Err(Error::conflict("Only the role of an active account can be changed."));
        }
        if user.is_last_active_admin(conn)? {
            return Err(Error::conflict("The last active admin stays one."));
        }
        let unchanged = users::table.find(id).filter(users::role.eq(user.role));
        let changed = diesel::update(unchanged).set(users::role.eq(role)).execute(conn)?;
        if changed == 0 {
            return Err(Error::conflict("The account has changed meanwhile."));
        }
        if role == Role::Admin {
            Self::number_moderator(conn, id)?;
        }
        Session::end_all(conn, id)?;
        Stale::mark(conn, id, now)
    }

    /// Gives a new admin the next number, once and for good.
    pub(super) fn number_moderator(conn: &mut Conn, id: UserId) -> Result<()> {
        let last: Option<i32> =
            users::table.select(diesel::dsl::max(users::moderator)).first(conn)?;
        diesel::update(users::table.find(id).filter(users::moderator.is_null()))
            .set(users::moderator.eq(last.unwrap_or(0) + 1))
            .execute(conn)?;
        Ok(())
    }

    /// An admin as others know one: a number, never a name.
    pub fn moderator_words(&self) -> String {
        self.moderator.map_or("Moderator".to_owned(), |number| format!("Moderator {number}"))
    }

    pub(super) fn is_last_active_admin(&self, conn: &mut Conn) -> Result<bool> {
        let is_one = self.role == Role::Admin && self.status == Status::Active;
        Ok(is_one && Self::active_admins(conn)? <= 1)
    }

    fn set_standing(
        &self,
        conn: &mut Conn,
        (status, disabled_from, by): (Status, Option<Status>, Option<DecisionId>),
        now: Instant,
    ) -> Result<()> {
        let unchanged = users::table.find(self.id).filter(users::status.eq(self.status));
        let changed = diesel::update(unchanged)
            .set((
                users::status.eq(status),
                users::disabled_from.eq(disabled_from),
                users::suspended_by.eq(by),
            ))
            .execute(conn)?;
        if changed == 0 {
            return Err(Error::conflict("The account has changed meanwhile."));
        }
        Session::end_all(conn, self.id)?;
        Stale::mark(conn, self.id, now)
    }
}
