//! When each round is due next: a row a round, which every node reads and the first to ask claims.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::schedules;
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::Result;
use crate::on_either;

/// The rounds by name, with their periods.
#[derive(Debug, Clone, Default)]
pub struct Schedule {
    rounds: Vec<(&'static str, Span)>,
}

impl Schedule {
    /// A round that is so many periods late is not being done by anybody.
    const LATE: i64 = 5;

    pub(super) fn add(&mut self, name: &'static str, period: Span) {
        self.rounds.push((name, period));
    }

    fn next(conn: &mut Conn) -> Result<HashMap<String, Instant>> {
        let rows: Vec<(String, Instant)> = schedules::table.load(conn)?;
        Ok(rows.into_iter().collect())
    }

    /// The rounds that are due, with their periods. One that was never done is.
    pub(super) fn due(&self, conn: &mut Conn, now: Instant) -> Result<Vec<(&'static str, Span)>> {
        let next = Self::next(conn)?;
        let is_due = |name: &str| next.get(name).is_none_or(|at| *at <= now);
        Ok(self.rounds.iter().filter(|(name, _)| is_due(name)).copied().collect())
    }

    /// Rounds that nobody has begun for five of their periods. What was never begun, on a database
    /// that no server has had yet, is not late.
    pub fn late(&self, conn: &mut Conn, now: Instant) -> Result<Vec<&'static str>> {
        let next = Self::next(conn)?;
        let is_late = |name: &str, period: Span| {
            next.get(name).is_some_and(|at| *at + period.times(Self::LATE) <= now)
        };
        let late = self.rounds.iter().filter(|(name, period)| is_late(name, *period));
        Ok(late.map(|(name, _)| *name).collect())
    }

    /// Takes a round that is due for one node only: of several that ask, the first gets it. Whether
    /// this was the first.
    pub(super) fn claim(conn: &mut Conn, name: &str, period: Span, now: Instant) -> Result<bool> {
        on_either!(conn, |c| diesel::insert_into(schedules::table)
            .values((schedules::name.eq(name), schedules::next_at.eq(now)))
            .on_conflict_do_nothing()
            .execute(c))?;
        let due = schedules::table.find(name).filter(schedules::next_at.le(now));
        Ok(diesel::update(due).set(schedules::next_at.eq(now + period)).execute(conn)? == 1)
    }
}
