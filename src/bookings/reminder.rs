//! What is sent before a booking begins.

use diesel::prelude::*;

use super::schema::{bookings, reminders};
use super::{Booking, BookingId, State};
use crate::clock::{Instant, Span};
use crate::db::{self, Conn};
use crate::error::Result;
use crate::on_either;

crate::word_enum! {
    Lead { Day => "day", Hour => "hour" }
}

/// A notice before an hour. One for each booking, lead and start: a booking that moves gets others.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = reminders, treat_none_as_default_value = false)]
pub struct Reminder {
    pub booking_id: BookingId,
    pub kind: Lead,
    pub starts_at: Instant,
    pub due_at: Instant,
    pub sent_at: Option<Instant>,
}

impl Reminder {
    /// Sets those still ahead. Safe to call again: one per booking, lead and start.
    pub fn set(conn: &mut Conn, booking: &Booking, now: Instant) -> Result<()> {
        for (kind, lead) in [(Lead::Day, Span::hours(24)), (Lead::Hour, Span::hours(1))] {
            let due_at = booking.starts_at - lead;
            if due_at <= now {
                continue;
            }
            let row = Self {
                booking_id: booking.id,
                kind,
                starts_at: booking.starts_at,
                due_at,
                sent_at: None,
            };
            on_either!(conn, |c| diesel::insert_into(reminders::table)
                .values(&row)
                .on_conflict((reminders::booking_id, reminders::kind, reminders::starts_at))
                .do_nothing()
                .execute(c))?;
        }
        Ok(())
    }

    /// Forgets what was not sent yet.
    pub fn drop(conn: &mut Conn, id: BookingId) -> Result<()> {
        let ahead = reminders::table.filter(reminders::booking_id.eq(id));
        diesel::delete(ahead.filter(reminders::sent_at.is_null())).execute(conn)?;
        Ok(())
    }

    /// Those that are due, of bookings that still stand at that time.
    pub fn due(conn: &mut Conn, now: Instant, most: i64) -> Result<Vec<Self>> {
        Ok(reminders::table
            .inner_join(bookings::table.on(bookings::id.eq(reminders::booking_id)))
            .filter(reminders::sent_at.is_null().and(reminders::due_at.le(now)))
            .filter(bookings::state.eq(State::Confirmed))
            .filter(bookings::starts_at.eq(reminders::starts_at).and(bookings::starts_at.gt(now)))
            .order(reminders::due_at)
            .limit(most)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// True for the one who marks it first.
    pub fn mark(&self, conn: &mut Conn, now: Instant) -> Result<bool> {
        let own = reminders::table.find((self.booking_id, self.kind, self.starts_at));
        let marked =
            db::update(own.filter(reminders::sent_at.is_null()), reminders::sent_at.eq(Some(now)))
                .execute(conn)?;
        Ok(marked == 1)
    }

    /// Those whose time is over are not worth a mail.
    pub fn forget_missed(conn: &mut Conn, now: Instant) -> Result<()> {
        let missed = reminders::table.filter(reminders::starts_at.le(now));
        diesel::delete(missed.filter(reminders::sent_at.is_null())).execute(conn)?;
        Ok(())
    }
}
