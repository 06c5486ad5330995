//! What everybody reads of a credential that a moderator found in its register.

use diesel::prelude::*;

use super::{CredentialKind, CredentialStatus, entry_words};
use crate::accountants::schema::credentials;
use crate::clock::{Day, Instant};
use crate::db::{Conn, one_of};
use crate::error::Result;
use crate::on_either;
use crate::users::UserId;
use crate::users::schema::users;

#[derive(Debug, Clone, Queryable)]
pub struct Badge {
    pub user_id: UserId,
    pub kind: CredentialKind,
    pub register: String,
    pub number: String,
    pub jurisdiction: String,
    pub source: String,
    pub checked_on: Day,
    /// The last day on which it shows.
    pub expires_on: Day,
    pub has_expiry: bool,
    moderator: Option<i32>,
}

impl Badge {
    /// True of a row of `credentials` whose badge shows on this day, in words for the directory's
    /// filter. A day that is over ends a badge by itself.
    pub fn shown_on(today: Day) -> String {
        format!(
            "(credentials.status = 'verified' AND credentials.ended_at IS NULL \
             AND credentials.expires_on >= {})",
            today.number()
        )
    }

    /// The day by which badges are judged, wherever anybody is.
    pub fn today(now: Instant) -> Day {
        now.day("UTC")
    }

    /// Those of some accountants.
    pub fn of(conn: &mut Conn, owners: &[UserId], now: Instant) -> Result<Vec<Self>> {
        if owners.is_empty() {
            return Ok(vec![]);
        }
        let shown = credentials::status
            .eq(CredentialStatus::Verified)
            .and(credentials::ended_at.is_null())
            .and(credentials::expires_on.ge(Self::today(now)));
        let badges = credentials::table
            .inner_join(users::table.on(users::id.nullable().eq(credentials::checked_by)))
            .filter(one_of(credentials::user_id, owners.iter().map(|id| id.0)).and(shown))
            .order((credentials::user_id, credentials::id))
            .limit(400)
            .select((
                credentials::user_id,
                credentials::kind,
                credentials::register,
                credentials::number,
                credentials::jurisdiction,
                credentials::source.assume_not_null(),
                credentials::checked_on.assume_not_null(),
                credentials::expires_on.assume_not_null(),
                credentials::has_expiry,
                users::moderator,
            ));
        Ok(on_either!(conn, |c| badges.load(c))?)
    }

    /// When the first of them goes.
    pub fn next_end(badges: &[Self]) -> Option<Instant> {
        badges.iter().map(|badge| badge.expires_on.plus(1).begin(&crate::clock::zone("UTC"))).min()
    }

    /// "ICAEW, number 1234567, United Kingdom"
    pub fn words(&self) -> String {
        entry_words(&self.register, &self.number, &self.jurisdiction)
    }

    /// "Moderator 3"
    pub fn checked_by(&self) -> String {
        self.moderator.map_or("Moderator".to_owned(), |number| format!("Moderator {number}"))
    }
}
