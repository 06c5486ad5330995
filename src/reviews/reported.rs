//! What became of the reports that an accountant made of reviews of theirs, as everybody reads it.
//!
//! Who decides stands above: each decision is noted here in its own transaction, and so is the one
//! that takes its place after an objection. A report that nobody has decided leaves no trace.

use diesel::prelude::*;

use super::schema::review_reports;
use crate::db::{self, Conn};
use crate::decisions::DecisionId;
use crate::error::Result;
use crate::users::UserId;

/// Of the reports that were decided within twelve months, how many took a review or its text down, and
/// how many did not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReportRecord {
    pub removed: i64,
    pub kept: i64,
}

impl ReportRecord {
    /// Of fewer each would tell of a single review that it was reported, and by whom.
    pub(super) const LEAST: i64 = 5;

    pub fn all(&self) -> i64 {
        self.removed + self.kept
    }

    /// A decision answered a report of this accountant.
    pub fn note(conn: &mut Conn, accountant: UserId, decision: DecisionId) -> Result<()> {
        let row = (
            review_reports::decision_id.eq(decision),
            review_reports::accountant_id.eq(accountant),
            review_reports::stands_id.eq(decision),
        );
        diesel::insert_into(review_reports::table).values(row).execute(conn)?;
        Ok(())
    }

    /// After an objection another decision is in force.
    pub fn replace(conn: &mut Conn, stood: DecisionId, stands: DecisionId) -> Result<()> {
        let answered = review_reports::table.filter(review_reports::stands_id.eq(stood));
        db::update(answered, review_reports::stands_id.eq(stands)).execute(conn)?;
        Ok(())
    }
}
