//! What time alone does: requests lapse, bookings take place, reminders leave.

use diesel::prelude::*;

use super::event::{BookingEvent, Happened};
use super::notify::{BookingNews, Notifier};
use super::reminder::Lead;
use super::schema::bookings;
use super::{Booking, BookingId, By, Reminder, State};
use crate::clock::{Instant, Span};
use crate::db::{self, Conn, PreparedCondition};
use crate::error::Result;
use crate::jobs::JobKind;
use crate::messaging::Conversation;
use crate::on_either;
use crate::users::UserId;

/// A booking took place: both may say how it went.
pub const TOOK_PLACE: JobKind<BookingId> = JobKind::new("bookings.took-place");

impl Booking {
    /// Ends up to `most` requests whose deadline has passed; how many there were.
    pub fn expire_overdue(
        conn: &mut Conn,
        desk: &Notifier,
        most: i64,
        now: Instant,
    ) -> Result<usize> {
        let overdue: Vec<Self> = bookings::table
            .filter(State::IS_OPEN)
            .filter(bookings::deadline.le(now))
            .order(bookings::deadline)
            .limit(most)
            .select(Self::as_select())
            .load(conn)?;
        for booking in &overdue {
            booking.expire(conn, desk, now)?;
        }
        Ok(overdue.len())
    }

    /// The same for one calendar and a stretch of time, before somebody else takes it.
    pub(super) fn expire_between(
        conn: &mut Conn,
        desk: &Notifier,
        accountant: UserId,
        from: Instant,
        to: Instant,
        now: Instant,
    ) -> Result<()> {
        let overdue = bookings::table
            .filter(bookings::accountant_id.eq(accountant))
            .filter(State::IS_BLOCKING.and(bookings::state.ne(State::Confirmed)))
            .filter(bookings::deadline.le(now))
            .filter(bookings::block_from.lt(to).and(bookings::block_to.gt(from)))
            // none lasts longer than half a day
            .filter(bookings::block_from.gt(from - Span::hours(12)))
            .select(bookings::id);
        let overdue: Vec<BookingId> = on_either!(conn, |c| overdue.load(c))?;
        overdue.iter().try_for_each(|id| Self::by_id(conn, *id)?.expire(conn, desk, now))
    }

    pub(super) fn expire(&self, conn: &mut Conn, desk: &Notifier, now: Instant) -> Result<()> {
        let overdue =
            bookings::table.find(self.id).filter(State::IS_OPEN).filter(bookings::deadline.le(now));
        let changed = db::update(
            overdue,
            (
                bookings::state.eq(State::Expired),
                bookings::sequence.eq(bookings::sequence + 1),
                bookings::ended_by.eq(Some(By::System)),
                bookings::changed_at.eq(now),
            ),
        )
        .execute(conn)?;
        if changed == 0 {
            return Ok(());
        }
        // whoever was waited for
        let (happened, news) = match self.state {
            State::Held => (Happened::Unpaid, BookingNews::Unpaid),
            _ => (Happened::Expired, BookingNews::Expired),
        };
        self.record(conn, desk, &BookingEvent::new(self.id, happened, By::System, now), news)
    }

    /// Confirmed ones past their end took place.
    pub fn complete_past(conn: &mut Conn, most: i64, now: Instant) -> Result<usize> {
        let past: Vec<Self> = bookings::table
            .filter(State::IS_CONFIRMED.and(bookings::ends_at.le(now)))
            .order(bookings::ends_at)
            .limit(most)
            .select(Self::as_select())
            .load(conn)?;
        past.iter().try_for_each(|booking| booking.complete(conn, now))?;
        Ok(past.len())
    }

    /// A confirmed one past its end took place, whether or not the sweeper came by.
    pub fn complete(&self, conn: &mut Conn, now: Instant) -> Result<()> {
        let past = bookings::table
            .find(self.id)
            .filter(bookings::state.eq(State::Confirmed).and(bookings::ends_at.le(now)));
        let changed =
            db::update(past, (bookings::state.eq(State::Completed), bookings::changed_at.eq(now)))
                .execute(conn)?;
        if changed == 0 {
            return Ok(());
        }
        TOOK_PLACE.enqueue(conn, self.id, now)?;
        self.note(conn, &BookingEvent::new(self.id, Happened::Completed, By::System, now))
    }
}

/// Bookings whose zone got other rules since they were made: the instant stays, and where another
/// time now stands on the wall both are told. How many were looked at.
pub fn follow_zones(conn: &mut Conn, desk: &Notifier, most: i64, now: Instant) -> Result<usize> {
    let version = crate::clock::tz_version();
    let older: Vec<Booking> = bookings::table
        .filter(State::IS_BLOCKING)
        .filter(bookings::ends_at.gt(now).and(bookings::tz_version.ne(version)))
        .order(bookings::starts_at)
        .limit(most)
        .select(Booking::as_select())
        .load(conn)?;
    for booking in &older {
        let wall = booking.starts_at.wall(&booking.zone);
        let same = bookings::table.find(booking.id).filter(bookings::tz_version.ne(version));
        let changed =
            db::update(same, (bookings::wall.eq(&wall), bookings::tz_version.eq(version)))
                .execute(conn)?;
        if changed == 1 && wall != booking.wall {
            let event = BookingEvent::new(booking.id, Happened::ClockChanged, By::System, now)
                .about(booking.starts_at);
            booking.record(conn, desk, &event, BookingNews::ClockChanged)?;
        }
    }
    Ok(older.len())
}

/// Sends the reminders that are due; how many there were.
pub fn remind(conn: &mut Conn, desk: &Notifier, most: i64, now: Instant) -> Result<usize> {
    let due = Reminder::due(conn, now, most)?;
    for reminder in &due {
        if reminder.mark(conn, now)? {
            let what = match reminder.kind {
                Lead::Day => BookingNews::Tomorrow,
                Lead::Hour => BookingNews::Soon,
            };
            desk.tell(conn, reminder.booking_id, what, By::System, now)?;
        }
    }
    Reminder::forget_missed(conn, now)?;
    Ok(due.len())
}

/// Opens the conversation of pairs that have a booking and none yet; how many there were.
pub fn open_conversations(conn: &mut Conn, most: i64, now: Instant) -> Result<usize> {
    let pairs: Vec<(UserId, UserId)> = bookings::table
        .filter(PreparedCondition(
            "NOT EXISTS (SELECT 1 FROM conversations c \
             WHERE (c.low_user_id = bookings.client_id \
                    AND c.high_user_id = bookings.accountant_id) \
                OR (c.low_user_id = bookings.accountant_id \
                    AND c.high_user_id = bookings.client_id))",
        ))
        .select((bookings::client_id, bookings::accountant_id))
        .distinct()
        .limit(most)
        .load(conn)?;
    for (client, accountant) in &pairs {
        Conversation::between(conn, *client, *accountant, now)?;
    }
    Ok(pairs.len())
}
