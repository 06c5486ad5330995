//! How well an accountant answers and keeps hours, as the directory ranks and profiles show it; and
//! what an admin finds about who did not appear.

use diesel::prelude::*;

use super::event::BookingEvent;
use super::schema::bookings;
use super::{Booking, By, State};
use crate::clock::{Instant, Span};
use crate::db::{self, Conn};
use crate::error::Result;
use crate::users::UserId;

/// Of the bookings of twelve months, how many were kept and how many there were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeptHours {
    pub kept: i64,
    pub all: i64,
}

/// What is cancelled so long before its start or later is not kept.
const LATE: Span = Span::hours(24);

impl KeptHours {
    /// What the accountant cancelled less than a day before counts as not kept, and so does an hour
    /// to which, as an admin found, they did not come.
    pub fn of(conn: &mut Conn, accountant: UserId, now: Instant) -> Result<Self> {
        let year = bookings::table
            .filter(bookings::accountant_id.eq(accountant))
            .filter(bookings::starts_at.gt(now - Span::days(365)).and(bookings::starts_at.le(now)));
        let took_place = bookings::state.eq_any([State::Confirmed, State::Completed]);
        let past = year.filter(took_place.and(bookings::ends_at.le(now)));
        let (past, missed): (i64, i64) = past
            .select((diesel::dsl::count_star(), diesel::dsl::count(bookings::accountant_absent_at)))
            .first(conn)?;
        let late = bookings::changed_at.gt(bookings::starts_at - LATE.micros());
        let broken: i64 = year
            .filter(bookings::state.eq(State::Cancelled).and(bookings::accepted_at.is_not_null()))
            .filter(bookings::ended_by.eq(By::Accountant).and(late))
            .count()
            .get_result(conn)?;
        Ok(Self { kept: past - missed, all: past + broken })
    }
}

impl Booking {
    /// The latest 50 requests that were accepted, declined or lapsed, and how many of them did not
    /// lapse. One that was taken back unanswered, or not paid, tells nothing.
    pub fn answered(conn: &mut Conn, accountant: UserId) -> Result<(i64, i64)> {
        let was_answered =
            bookings::accepted_at.is_not_null().or(bookings::state.eq(State::Declined));
        let was_answered = was_answered.and(bookings::state.ne(State::Expired));
        let states: Vec<State> = bookings::table
            .filter(bookings::accountant_id.eq(accountant))
            .filter(State::IS_SETTLED)
            .filter(was_answered.or(BookingEvent::IS_UNANSWERED))
            .order(bookings::requested_at.desc())
            .limit(50)
            .select(bookings::state)
            .load(conn)?;
        let answered = states.iter().filter(|state| **state != State::Expired).count();
        let figure = |count: usize| i64::try_from(count).unwrap_or(50);
        Ok((figure(states.len()), figure(answered)))
    }

    /// An admin found that the accountant did not come, or that it was not so after all.
    pub fn note_accountant_absent(&self, conn: &mut Conn, at: Option<Instant>) -> Result<()> {
        let own = bookings::table.find(self.id);
        db::update(own, bookings::accountant_absent_at.eq(at)).execute(conn)?;
        Ok(())
    }

    /// An admin found that the client did not come, as the accountant had said, or that it was not so
    /// after all. Nothing where nobody had said so.
    pub fn note_no_show_upheld(&self, conn: &mut Conn, at: Option<Instant>) -> Result<()> {
        let marked = bookings::table.find(self.id).filter(bookings::no_show_at.is_not_null());
        db::update(marked, bookings::no_show_upheld_at.eq(at)).execute(conn)?;
        Ok(())
    }
}
