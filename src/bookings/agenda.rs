//! What somebody has booked, ahead and over, as their lists show it.

use super::pages::{BookingsPage, CalendarDay, PracticeBookingsPage};
use super::quotes::{Enquiry, Quote};
use super::{Booking, BookingCursor, BookingRow, Side, State};
use crate::accountants::Accountant;
use crate::bookings::forms::ListQuery;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::users::Viewer;
use crate::web::paths;

impl BookingsPage {
    /// A client's own; what lies ahead stands on the first page alone.
    pub fn load(
        conn: &mut Conn,
        viewer: &Viewer,
        after: Option<BookingCursor>,
        now: Instant,
    ) -> Result<Self> {
        let (past, next) = Booking::past(conn, viewer.id, Side::Client, now, after)?;
        let ahead = match after {
            None => Booking::ahead(conn, viewer.id, Side::Client, now)?,
            Some(_) => vec![],
        };
        let next = next.map(|after| ListQuery::write(paths::BOOKINGS, after));
        Ok(Self {
            offers: Quote::open(conn, viewer.id, now)?,
            enquiries: Enquiry::open(conn, viewer.id, now)?,
            ahead,
            past,
            next,
            zone: viewer.zone.clone(),
            now,
        })
    }
}

impl PracticeBookingsPage {
    /// An accountant's own: what waits, the week, what comes later and what is over.
    pub fn load(
        conn: &mut Conn,
        viewer: &Viewer,
        after: Option<BookingCursor>,
        now: Instant,
    ) -> Result<Self> {
        Accountant::owned(conn, viewer.id)?;
        let (past, next) = Booking::past(conn, viewer.id, Side::Accountant, now, after)?;
        let ahead = Booking::ahead(conn, viewer.id, Side::Accountant, now)?;
        let zone = viewer.zone.clone();
        let (waiting, _) = waiting(&ahead, now);
        let today = now.day(&zone);
        let on = |day| ahead.iter().filter(move |line| line.booking.starts_at.day(&zone) == day);
        let days = (0..7)
            .map(|n| today.plus(n))
            .map(|day| CalendarDay { day, lines: on.clone()(day).cloned().collect() })
            .collect();
        let zone = viewer.zone.clone();
        let is_later = |line: &&BookingRow| line.booking.starts_at.day(&zone) >= today.plus(7);
        let later = ahead.iter().filter(is_later).cloned().collect();
        let next = next.map(|after| ListQuery::write(paths::PRACTICE_BOOKINGS, after));
        let enquiries = Enquiry::open(conn, viewer.id, now)?;
        let made = Quote::open(conn, viewer.id, now)?;
        Ok(Self { waiting, enquiries, made, days, later, past, next, zone, now })
    }
}

/// Requests by the time that is left to answer them, and the first booking that stands.
pub fn waiting(ahead: &[BookingRow], now: Instant) -> (Vec<BookingRow>, Option<BookingRow>) {
    let in_state = |state| ahead.iter().filter(move |l| l.booking.state_at(now) == state).cloned();
    let mut waiting: Vec<BookingRow> = in_state(State::Pending).collect();
    waiting.sort_by_key(|line| line.booking.deadline);
    (waiting, in_state(State::Confirmed).next())
}
