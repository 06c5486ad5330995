//! When somebody was suspended, by the decisions that did and undid it.

use diesel::prelude::*;

use super::schema::decisions;
use super::{Decision, Outcome, Restriction};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::users::UserId;

impl Decision {
    /// From when until when somebody was suspended; the last may go on.
    pub fn suspensions(conn: &mut Conn, of: UserId) -> Result<Vec<(Instant, Option<Instant>)>> {
        let all: Vec<Self> = decisions::table
            .filter(decisions::subject_id.eq(of))
            .filter(decisions::restriction.eq(Restriction::Suspend))
            .select(Self::as_select())
            .load(conn)?;
        let ended = |one: &Self| {
            let lifted = all.iter().find(|other| other.lifts_id == Some(one.id));
            lifted.map(|lift| lift.decided_at).or(one.ends_at)
        };
        let begun = all.iter().filter(|one| one.outcome == Outcome::Restrict);
        Ok(begun.map(|one| (one.starts_at, ended(one))).collect())
    }
}
