//! Times at which a client is booked already, with whomever. Where they pick another time that is a
//! warning and never a bar: they may mean to cancel, or send somebody else.

use diesel::prelude::*;

use super::schema::{booking_terms, bookings};
use super::week::PickerWeek;
use super::{BookingId, State};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::Result;
use crate::users::UserId;

/// From, to, and what it is called.
type OwnHour = (Instant, Instant, String);

/// Marks the times of a week that meet an hour of the client's own. Only they may see the week: it
/// tells of bookings with others.
pub fn warn(
    conn: &mut Conn,
    week: &mut PickerWeek,
    client: UserId,
    except: Option<BookingId>,
    now: Instant,
) -> Result<()> {
    let length = week.length;
    let picks = || week.days.iter().flat_map(|day| &day.slots);
    let (Some(first), Some(last)) = (picks().next(), picks().next_back()) else { return Ok(()) };
    let (from, to) = (first.start, last.start + length);
    let hours = own_hours(conn, client, (from, to), except, now)?;
    for pick in week.days.iter_mut().flat_map(|day| &mut day.slots) {
        let (start, end) = (pick.start, pick.start + length);
        if let Some((.., title)) = hours.iter().find(|(from, to, _)| *from < end && start < *to) {
            let clash = format!("You have “{title}” at that time");
            pick.words = format!("{}. {clash}.", pick.words);
            pick.clash = Some(clash);
        }
    }
    Ok(())
}

fn own_hours(
    conn: &mut Conn,
    client: UserId,
    (from, to): (Instant, Instant),
    except: Option<BookingId>,
    now: Instant,
) -> Result<Vec<OwnHour>> {
    Ok(bookings::table
        .inner_join(booking_terms::table.on(booking_terms::booking_id.eq(bookings::id)))
        .filter(bookings::client_id.eq(client).and(bookings::id.ne(except.unwrap_or(BookingId(0)))))
        .filter(State::IS_BLOCKING)
        .filter(bookings::deadline.is_null().or(bookings::deadline.gt(now)))
        // none lasts longer than half a day
        .filter(bookings::starts_at.gt(from - Span::hours(12)).and(bookings::starts_at.lt(to)))
        .filter(bookings::ends_at.gt(from))
        .order(bookings::starts_at)
        .limit(500)
        .select((bookings::starts_at, bookings::ends_at, booking_terms::title))
        .load(conn)?)
}
