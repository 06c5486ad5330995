//! Bookings as files for calendar programs (RFC 5545): one, and the private feed of all.

use super::State;
use super::booking::{Line, Side};
use crate::calendar_file::{self, Event, EventStatus, Method};
use crate::clock::{Instant, Span};
use crate::mail::Mail;
use crate::users::User;
use crate::web::paths;

/// One booking as one side sees it; named to its reader when it goes out by mail.
pub fn file(mail: &Mail, method: Method, line: &Line, side: Side, reader: Option<&User>) -> String {
    let mut event = event(mail, line, side);
    if let Some(reader) = reader {
        event.organizer = Some(("Footing".to_owned(), mail.sender()));
        event.attendee = Some((reader.name.clone(), reader.email.clone()));
    }
    calendar_file::calendar(method, "Footing", &[event])
}

/// What a feed holds: bookings that stand, from a month ago to a year ahead.
pub fn feed(mail: &Mail, lines: &[(Line, Side)], is_busy_only: bool) -> String {
    let events: Vec<Event> = lines
        .iter()
        .map(|(line, side)| {
            let mut event = event(mail, line, *side);
            if is_busy_only {
                event.summary = "Busy".to_owned();
                event.description.clear();
                event.url.clear();
            }
            event
        })
        .collect();
    calendar_file::calendar(Method::Publish, "Footing", &events)
}

/// From when to when a feed reaches.
pub fn reach(now: Instant) -> (Instant, Instant) {
    (now - Span::days(30), now + Span::days(365))
}

fn event(mail: &Mail, line: &Line, side: Side) -> Event {
    let booking = &line.booking;
    let host = mail.base_url.split("://").nth(1).unwrap_or("localhost");
    let url = format!("{}{}", mail.base_url, paths::booking(booking.id));
    Event {
        uid: format!("{}@{host}", booking.id),
        sequence: booking.sequence,
        starts_at: booking.starts_at,
        ends_at: booking.ends_at,
        changed_at: booking.changed_at,
        summary: format!("{} with {}", line.terms.title, line.other_name(side)),
        description: format!("{}. {url}", line.terms.mode.sentence()),
        location: String::new(),
        url,
        organizer: None,
        attendee: None,
        status: match booking.state {
            State::Held | State::Pending => EventStatus::Tentative,
            State::Confirmed | State::Completed => EventStatus::Confirmed,
            State::Declined | State::Cancelled | State::Expired => EventStatus::Cancelled,
        },
    }
}
