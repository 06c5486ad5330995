//! Who is told what about a booking, each in their own zone: a notice and a mail, rows of the same
//! transaction, and a line between their messages. What was written stays on the page: no note, answer or reason leaves by mail.

use super::booking::{Both, Line, Side};
use super::said::Said;
use super::{BookingId, By, calendar};
use crate::calendar_file::Method;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::mail::{Attachment, Letter, Mail};
use crate::messaging::{Conversation, Said as Noted};
use crate::notifications::{Notice, Telling};
use crate::users::User;
use crate::web::paths;

/// What happened, as far as somebody must hear of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Requested,
    Confirmed,
    Declined,
    Expired,
    /// A request was taken back before it was answered.
    TakenBack,
    Cancelled,
    Moved,
    Proposed,
    ProposalDeclined,
    NoShow,
    Complaint,
    /// The rules of the accountant's zone changed, and with them the time on the wall.
    ClockChanged,
    Tomorrow,
    Soon,
}

/// Writes the notices of this domain.
pub struct Desk<'a>(pub &'a Mail);

impl Desk<'_> {
    /// Tells both, except whoever did it; what concerns the calendar goes to both.
    pub fn tell(
        &self,
        conn: &mut Conn,
        id: BookingId,
        what: What,
        by: By,
        now: Instant,
    ) -> Result<()> {
        let line = Line::by_id(conn, id)?;
        let both = User::two(conn, line.booking.client_id, line.booking.accountant_id)?;
        self.tell_both(conn, &line, &both, what, by, now)
    }

    /// The same with everything at hand.
    pub(super) fn tell_both(
        &self,
        conn: &mut Conn,
        line: &Line,
        (client, accountant): &Both,
        what: What,
        by: By,
        now: Instant,
    ) -> Result<()> {
        if let Some(noted) = what.in_timeline() {
            let talk = Conversation::between(conn, client.id, accountant.id, now)?;
            talk.post_notice(conn, noted, line.booking.id.0, now)?;
        }
        for (side, own) in [(Side::Client, By::Client), (Side::Accountant, By::Accountant)] {
            let concerns_calendar = what.method(line).is_some();
            if by == own && !concerns_calendar {
                continue;
            }
            let reader = match side {
                Side::Client => client,
                Side::Accountant => accountant,
            };
            let Some(said) = Said::of(line, what, side, by == own, &reader.zone) else { continue };
            let telling = Telling {
                kind: what.kind(),
                recipient: reader.id,
                object: line.booking.id.0,
                version: now.micros(),
                words: said.title.chars().take(300).collect(),
                path: paths::booking(line.booking.id),
                letter: Some(self.letter(line, what, &said, reader, side)),
            };
            Notice::tell_reader(conn, self.0, reader, telling, now)?;
        }
        Ok(())
    }

    fn letter(&self, line: &Line, what: What, said: &Said, reader: &User, side: Side) -> Letter {
        let paragraphs: Vec<&str> = said.paragraphs.iter().map(String::as_str).collect();
        let address = format!("{}{}", self.0.base_url, paths::booking(line.booking.id));
        let letter = Letter::new(&said.title, &paragraphs).with_button("Open the booking", address);
        let letter = match what.is_about_the_hour() {
            true => letter.expiring(line.booking.starts_at),
            false => letter,
        };
        let Some(method) = what.method(line) else { return letter };
        let word = if method == Method::Cancel { "CANCEL" } else { "REQUEST" };
        letter.with_attachment(Attachment {
            name: "booking.ics".to_owned(),
            content_type: format!("text/calendar; method={word}; charset=utf-8"),
            body: calendar::file(self.0, method, line, side, Some(reader)),
        })
    }
}

impl What {
    fn kind(self) -> &'static str {
        match self {
            Self::Requested => "bookings.requested",
            Self::Confirmed => "bookings.confirmed",
            Self::Declined => "bookings.declined",
            Self::Expired => "bookings.expired",
            Self::TakenBack => "bookings.taken-back",
            Self::Cancelled => "bookings.cancelled",
            Self::Moved => "bookings.moved",
            Self::Proposed => "bookings.proposed",
            Self::ProposalDeclined => "bookings.proposal-declined",
            Self::NoShow => "bookings.no-show",
            Self::Complaint => "bookings.complaint",
            Self::ClockChanged => "bookings.clock-changed",
            Self::Tomorrow => "bookings.tomorrow",
            Self::Soon => "bookings.soon",
        }
    }

    /// Whether there is nothing more to do about it once the hour has begun.
    fn is_about_the_hour(self) -> bool {
        matches!(
            self,
            Self::Requested
                | Self::Confirmed
                | Self::Moved
                | Self::Proposed
                | Self::ProposalDeclined
                | Self::ClockChanged
                | Self::Tomorrow
                | Self::Soon
        )
    }

    /// How it stands between the messages of the two.
    fn in_timeline(self) -> Option<Noted> {
        match self {
            Self::Requested => Some(Noted::Requested),
            Self::Confirmed => Some(Noted::Confirmed),
            Self::Declined => Some(Noted::Declined),
            Self::Expired => Some(Noted::Expired),
            Self::TakenBack | Self::Cancelled => Some(Noted::Cancelled),
            Self::Moved => Some(Noted::Moved),
            Self::Proposed => Some(Noted::Proposed),
            _ => None,
        }
    }

    /// What a calendar program must do about it.
    fn method(self, line: &Line) -> Option<Method> {
        match self {
            Self::Confirmed => Some(Method::Request),
            Self::Moved if line.booking.state == super::State::Confirmed => Some(Method::Request),
            Self::Cancelled => Some(Method::Cancel),
            _ => None,
        }
    }
}
