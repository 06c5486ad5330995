//! Bookings as files for calendar programs (RFC 5545): one, and the private feed of all.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::booking::{BookingId, BookingRow, Side};
use super::schema::bookings;
use super::{MeetingPlace, State};
use crate::availability::CalendarReader;
use crate::calendar_file::{self, Conference, EventStatus, Internet, Method, OutgoingEvent};
use crate::clock::{Instant, Span};
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::mail::Mail;
use crate::seal::Seal;
use crate::users::{User, UserId};
use crate::web::paths;

/// One booking as one side sees it; named to its reader when it goes out by mail.
pub fn file(
    mail: &Mail,
    method: Method,
    line: &BookingRow,
    side: Side,
    reader: Option<&User>,
) -> Result<String> {
    let mut event = event(mail, line, side)?;
    event.organizer = Some(("Footing".to_owned(), mail.sender()));
    event.attendee = reader.map(|reader| (reader.name.clone(), reader.email.clone()));
    Ok(calendar_file::calendar(method, "Footing", &[event]))
}

/// What a program shall do with the file of a booking that somebody saves.
pub fn method_of(state: State) -> Method {
    match state {
        State::Declined | State::Cancelled | State::Expired => Method::Cancel,
        _ => Method::Publish,
    }
}

/// What a feed holds: bookings that stand, from a month ago to a year ahead.
pub fn feed(mail: &Mail, lines: &[(BookingRow, Side)], is_busy_only: bool) -> Result<String> {
    let events: Result<Vec<OutgoingEvent>> = lines
        .iter()
        .map(|(line, side)| {
            let mut event = event(mail, line, *side)?;
            if is_busy_only {
                event.summary = "Busy".to_owned();
                event.description.clear();
                event.url.clear();
                event.location.clear();
                event.conference = None;
            }
            Ok(event)
        })
        .collect();
    Ok(calendar_file::calendar(Method::Publish, "Footing", &events?))
}

/// From when to when a feed reaches.
pub fn reach(now: Instant) -> (Instant, Instant) {
    (now - Span::days(30), now + Span::days(365))
}

fn event(mail: &Mail, line: &BookingRow, side: Side) -> Result<OutgoingEvent> {
    let booking = &line.booking;
    let host = mail.base_url.split("://").nth(1).unwrap_or("localhost");
    let url = format!("{}{}", mail.base_url, paths::booking(booking.id));
    let place = line.place(mail.seal())?;
    let location = place.as_ref().map(|place| place.words(line.accountant_called(), side));
    let (meeting, conference) = match place {
        Some(MeetingPlace::Link(link)) => (Some(link.clone()), Some((Conference::Video, link))),
        Some(MeetingPlace::Number(number)) => (None, Some((Conference::Phone, in_tel(&number)))),
        _ => (None, None),
    };
    Ok(OutgoingEvent {
        uid: format!("{}@{host}", booking.id),
        sequence: booking.sequence,
        starts_at: booking.starts_at,
        ends_at: booking.ends_at,
        changed_at: booking.changed_at,
        summary: format!("{} with {}", line.terms.title, line.other_name(side)),
        description: format!("{}. {url}", line.terms.mode.sentence()),
        location: location.unwrap_or_default(),
        url: meeting.unwrap_or(url),
        conference,
        organizer: None,
        attendee: None,
        status: match booking.state {
            State::Held | State::Pending => EventStatus::Tentative,
            State::Confirmed | State::Completed => EventStatus::Confirmed,
            State::Declined | State::Cancelled | State::Expired => EventStatus::Cancelled,
        },
    })
}

/// Reads calendars kept elsewhere, where bookings of Footing may stand as well.
pub fn reader(db: Db, seal: Seal, internet: Internet) -> CalendarReader {
    CalendarReader { db, seal, internet, own_ids }
}

/// Which of these ids, as [`event`] writes them into a UID, are bookings of an accountant, in any
/// state: a calendar may show one that was cancelled for some time yet.
fn own_ids(conn: &mut Conn, id: UserId, ids: &[String]) -> Result<BTreeSet<String>> {
    let read: Vec<BookingId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    let own: Vec<BookingId> = bookings::table
        .filter(bookings::accountant_id.eq(id))
        .filter(bookings::id.eq_any(read))
        .select(bookings::id)
        .load(conn)?;
    let is_own = |id: &&String| id.parse().is_ok_and(|id| own.contains(&id));
    Ok(ids.iter().filter(is_own).cloned().collect())
}

/// A number as an address to call (RFC 3966).
fn in_tel(number: &str) -> String {
    let digits: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    format!("tel:{digits}")
}
