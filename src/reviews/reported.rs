//! What became of the reports that an accountant made of reviews of theirs, as everybody reads it.
//!
//! Who decides stands above: each decision is noted here in its own transaction, and so is the one
//! that takes its place after an objection. A report that nobody has decided leaves no trace.

use diesel::prelude::*;

use super::schema::review_reports;
use crate::clock::{Instant, Span};
use crate::db::{self, Conn};
use crate::decisions::schema::decisions;
use crate::decisions::{DecisionId, Outcome};
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
    const LEAST: i64 = 5;

    /// From the fifth on, by the decisions that are in force.
    pub fn of(conn: &mut Conn, accountant: UserId, now: Instant) -> Result<Option<Self>> {
        let counts: Vec<(Outcome, i64)> = review_reports::table
            .inner_join(decisions::table.on(decisions::id.eq(review_reports::stands_id)))
            .filter(review_reports::accountant_id.eq(accountant))
            .filter(decisions::decided_at.gt(now - Span::days(365)))
            .group_by(decisions::outcome)
            .select((decisions::outcome, diesel::dsl::count_star()))
            .load(conn)?;
        let mut record = Self::default();
        for (outcome, count) in counts {
            match outcome {
                Outcome::Restrict => record.removed += count,
                _ => record.kept += count,
            }
        }
        Ok(Some(record).filter(|record| record.all() >= Self::LEAST))
    }

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
