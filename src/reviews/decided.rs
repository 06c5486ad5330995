//! Reviews beside the decisions about them: what waits to be looked at, what was taken down, what became
//! of reports. Reads only; [`super::restriction`] hides and shows.

use diesel::prelude::*;

use super::Review;
use super::reported::ReportRecord;
use super::schema::{review_reports, reviews};
use crate::clock::{Instant, Span};
use crate::db::{Conn, PreparedCondition};
use crate::decisions::schema::decisions;
use crate::decisions::{Decision, Outcome, Restriction};
use crate::error::Result;
use crate::users::UserId;

/// True of a decision that a rule made, in the words of its index.
const IS_HELD_BACK: PreparedCondition = PreparedCondition("decisions.restriction = 'quarantine'");

impl Review {
    /// Those that a rule holds back and nobody has looked at, the longest waiting first.
    pub fn suspects(conn: &mut Conn) -> Result<Vec<(Self, Decision)>> {
        Ok(reviews::table
            .inner_join(decisions::table.on(decisions::id.nullable().eq(reviews::hidden_by)))
            .filter(IS_HELD_BACK)
            .order(decisions::id)
            .limit(200)
            .select((Self::as_select(), Decision::as_select()))
            .load(conn)?)
    }
}

impl ReportRecord {
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
}

/// How many opened reviews of each number of stars were taken down by a person.
pub(super) fn removed_stars(
    conn: &mut Conn,
    accountant: UserId,
) -> Result<Vec<(Option<i32>, i64)>> {
    Ok(reviews::table
        .inner_join(decisions::table.on(decisions::id.nullable().eq(reviews::hidden_by)))
        .filter(reviews::about_id.eq(accountant))
        .filter(Review::IS_OF_CLIENT.and(reviews::opened_at.is_not_null()))
        .filter(decisions::restriction.ne(Restriction::Quarantine))
        .group_by(reviews::stars)
        .select((reviews::stars, diesel::dsl::count_star()))
        .load(conn)?)
}
