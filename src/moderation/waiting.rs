//! What waits for an admin, beside the people and the decisions it is about. Reads only.

use std::collections::HashMap;

use diesel::prelude::*;

use super::appeal::Appeal;
use super::case::{Case, CaseId, CaseRow};
use super::report::{Reason, Report};
use super::schema::{appeals, cases, reports};
use crate::clock::Instant;
use crate::db::Conn;
use crate::decisions::schema::decisions;
use crate::decisions::{Decision, Outcome};
use crate::error::Result;
use crate::users::UserId;
use crate::users::schema::users;

impl Appeal {
    /// What waits, oldest first, with what is objected to.
    pub fn waiting(conn: &mut Conn) -> Result<Vec<(Self, Decision)>> {
        Ok(appeals::table
            .inner_join(decisions::table.on(decisions::id.eq(appeals::decision_id)))
            .filter(appeals::decided_at.is_null())
            .order((appeals::made_at, appeals::id))
            .limit(200)
            .select((Self::as_select(), Decision::as_select()))
            .load(conn)?)
    }
}

impl Case {
    /// What waits, oldest first; notices of people who are read last stand at the end.
    pub fn waiting(conn: &mut Conn, now: Instant) -> Result<Vec<CaseRow>> {
        let rows: Vec<(Self, String)> = cases::table
            .inner_join(users::table.on(users::id.eq(cases::subject_id)))
            .filter(cases::decided_at.is_null())
            .order((cases::opened_at, cases::id))
            .limit(200)
            .select((Self::as_select(), users::name))
            .load(conn)?;
        let ids: Vec<CaseId> = rows.iter().map(|(case, _)| case.id).collect();
        let all: Vec<Report> = reports::table
            .filter(reports::case_id.eq_any(&ids))
            .order(reports::id)
            .limit(2_000)
            .select(Report::as_select())
            .load(conn)?;
        let authors: Vec<UserId> = all.iter().filter_map(|report| report.reporter_id).collect();
        let last = Self::read_last(conn, &authors, now)?;
        let row = |(case, subject): (Self, String)| {
            let own: Vec<&Report> = all.iter().filter(|one| one.case_id == case.id).collect();
            let reason = own.iter().map(|one| one.reason).min_by_key(|reason| reason.place());
            let is_last = !own.is_empty()
                && own.iter().all(|one| {
                    !one.reason.is_never_last()
                        && one.reporter_id.is_some_and(|id| last.contains(&id))
                });
            let reason = reason.unwrap_or(Reason::Other);
            CaseRow { case, subject, reason, reports: own.len(), is_last }
        };
        let mut rows: Vec<CaseRow> = rows.into_iter().map(row).collect();
        rows.sort_by_key(|row| row.is_last);
        Ok(rows)
    }

    /// Those among them with so many unfounded notices that theirs are read last.
    fn read_last(conn: &mut Conn, authors: &[UserId], now: Instant) -> Result<Vec<UserId>> {
        let counted: Vec<(Option<UserId>, i64)> = reports::table
            .filter(reports::reporter_id.eq_any(authors))
            .filter(reports::unfounded_at.gt(now - Report::UNFOUNDED_COUNT))
            .group_by(reports::reporter_id)
            .select((reports::reporter_id, diesel::dsl::count_star()))
            .load(conn)?;
        let many = counted.into_iter().filter(|(_, count)| *count >= Report::LAST_AT);
        Ok(many.filter_map(|(author, _)| author).collect())
    }
}

/// How many reports somebody sent, and how many of these were followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReporterRecord {
    pub sent: i64,
    pub followed: i64,
}

impl ReporterRecord {
    /// Of those who sent any.
    pub fn of_all(conn: &mut Conn, people: &[UserId]) -> Result<HashMap<UserId, Self>> {
        let sent: Vec<(Option<UserId>, i64)> = reports::table
            .filter(reports::reporter_id.eq_any(people))
            .group_by(reports::reporter_id)
            .select((reports::reporter_id, diesel::dsl::count_star()))
            .load(conn)?;
        let followed: Vec<(Option<UserId>, i64)> = reports::table
            .inner_join(cases::table.on(cases::id.eq(reports::case_id)))
            .inner_join(decisions::table.on(decisions::id.nullable().eq(cases::decision_id)))
            .filter(reports::reporter_id.eq_any(people))
            .filter(decisions::outcome.eq(Outcome::Restrict))
            .group_by(reports::reporter_id)
            .select((reports::reporter_id, diesel::dsl::count_star()))
            .load(conn)?;
        let followed: HashMap<Option<UserId>, i64> = followed.into_iter().collect();
        let record = |(person, sent): (Option<UserId>, i64)| {
            let followed = followed.get(&person).copied().unwrap_or(0);
            Some((person?, Self { sent, followed }))
        };
        Ok(sent.into_iter().filter_map(record).collect())
    }
}
