//! What admins, and the suspension of an account, do to bookings. Who may is decided above.

use diesel::prelude::*;

use super::event::{BookingEvent, Happened};
use super::notify::{BookingNews, Notifier};
use super::schema::bookings;
use super::{Booking, BookingId, By, State};
use crate::clock::Instant;
use crate::db::{self, Conn};
use crate::error::{Error, Result};
use crate::users::UserId;

impl Booking {
    /// An admin cancels an hour that stands, before its end: all of the price returns.
    pub fn cancel_as_admin(
        conn: &mut Conn,
        desk: &Notifier,
        id: BookingId,
        reason: Option<Vec<u8>>,
        now: Instant,
    ) -> Result<()> {
        Self::hold(conn, id)?;
        let stands = bookings::table
            .find(id)
            .filter(bookings::state.eq(State::Confirmed).and(bookings::ends_at.gt(now)));
        if db::update(stands, ended(State::Cancelled, By::Admin, now)).execute(conn)? == 0 {
            return Err(Error::conflict("This booking can no longer be cancelled."));
        }
        let event = BookingEvent::new(id, Happened::Cancelled, By::Admin, now).because(reason);
        Self::by_id(conn, id)?.record(conn, desk, &event, BookingNews::Cancelled)
    }

    /// Ends what waits on either side of somebody who is suspended: holds expire, requests to an
    /// accountant are declined, a client's own are taken back. Hours that stand stay.
    pub fn end_open(conn: &mut Conn, desk: &Notifier, user: UserId, now: Instant) -> Result<usize> {
        let open: Vec<Self> = bookings::table
            .filter(bookings::client_id.eq(user).or(bookings::accountant_id.eq(user)))
            .filter(State::IS_OPEN)
            .filter(bookings::accepted_at.is_null())
            .order(bookings::id)
            .limit(1000)
            .select(Self::as_select())
            .load(conn)?;
        for booking in &open {
            booking.end_for_suspension(conn, desk, user, now)?;
        }
        Ok(open.len())
    }

    fn end_for_suspension(
        &self,
        conn: &mut Conn,
        desk: &Notifier,
        user: UserId,
        now: Instant,
    ) -> Result<()> {
        Self::hold(conn, self.id)?;
        let (state, happened, news) = match (self.state, user == self.accountant_id) {
            (State::Held, true) => {
                (State::Expired, Happened::Suspended, BookingNews::AccountantSuspended)
            }
            (State::Held, false) => {
                (State::Expired, Happened::Suspended, BookingNews::ClientSuspended)
            }
            (_, true) => (State::Declined, Happened::Declined, BookingNews::Declined),
            (_, false) => (State::Cancelled, Happened::Cancelled, BookingNews::TakenBack),
        };
        let open = bookings::table
            .find(self.id)
            .filter(bookings::state.eq(self.state).and(bookings::accepted_at.is_null()));
        if db::update(open, ended(state, By::System, now)).execute(conn)? == 1 {
            let event = BookingEvent::new(self.id, happened, By::System, now);
            self.record(conn, desk, &event, news)?;
        }
        Ok(())
    }
}

/// What every end sets.
#[derive(AsChangeset)]
#[diesel(table_name = bookings)]
#[diesel(treat_none_as_null = true)]
struct Ended {
    state: State,
    deadline: Option<Instant>,
    ended_by: Option<By>,
    changed_at: Instant,
    proposed_at: Option<Instant>,
    proposed_until: Option<Instant>,
}

fn ended(state: State, by: By, now: Instant) -> Ended {
    Ended {
        state,
        deadline: (state == State::Expired).then_some(now),
        ended_by: Some(by),
        changed_at: now,
        proposed_at: None,
        proposed_until: None,
    }
}
