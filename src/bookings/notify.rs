//! Who is told what about a booking, each in their own zone: a notice and a mail, rows of the same
//! transaction, and a line between their messages. What was written stays on the page: no note, answer or reason leaves by mail.

use super::booking::{BookingRow, Parties, Side};
use super::booking_notice::BookingNotice;
use super::{BookingId, By, PayMode, State, calendar, timeline};
use crate::calendar_file::Method;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::mail::{Attachment, Letter, Mail};
use crate::messaging::{Conversation, NoticeKind};
use crate::notifications::{NewNotice, Notice, Topic};
use crate::users::User;
use crate::web::paths;

/// What happened, as far as somebody must hear of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookingNews {
    Requested,
    /// Accepted, and to be paid before it stands.
    ToPay,
    /// The card could not be charged.
    NotCharged,
    Confirmed,
    Declined,
    Expired,
    /// The time to pay went by.
    Unpaid,
    /// One of the two was suspended while the time was kept for the client to pay.
    AccountantSuspended,
    ClientSuspended,
    /// A request was taken back before it was answered.
    TakenBack,
    Cancelled,
    Moved,
    Proposed,
    ProposalDeclined,
    NoShow,
    /// The client says that they were there.
    NoShowObjected,
    Complaint,
    /// The rules of the accountant's zone changed, and with them the time on the wall.
    ClockChanged,
    /// Where the two meet was said, or changed.
    Place,
    Tomorrow,
    Soon,
}

/// A mail program offers to accept or decline what it adds.
const ANSWERS: &str = "Answering in your mail program changes nothing: nobody here hears of it. Cancel or move it on \
     its page.";

/// Writes the notices of this domain.
pub struct Notifier<'a>(pub &'a Mail);

impl Notifier<'_> {
    /// Tells both, except whoever did it; what concerns the calendar goes to both.
    pub fn tell(
        &self,
        conn: &mut Conn,
        id: BookingId,
        what: BookingNews,
        by: By,
        now: Instant,
    ) -> Result<()> {
        let line = BookingRow::by_id(conn, id)?;
        let both = User::two(conn, line.booking.client_id, line.booking.accountant_id)?;
        self.tell_both(conn, &line, &both, what, by, now)
    }

    /// The same with everything at hand.
    pub(super) fn tell_both(
        &self,
        conn: &mut Conn,
        line: &BookingRow,
        (client, accountant): &Parties,
        what: BookingNews,
        by: By,
        now: Instant,
    ) -> Result<()> {
        if let Some(noted) = what.in_timeline() {
            let talk = Conversation::between(conn, client.id, accountant.id, now)?;
            talk.post_notice(conn, noted, line.booking.id.0, now)?;
        }
        for (side, own) in [(Side::Client, By::Client), (Side::Accountant, By::Accountant)] {
            if by == own && what.method(line, side).is_none() {
                continue;
            }
            let reader = match side {
                Side::Client => client,
                Side::Accountant => accountant,
            };
            let place = line.place(self.0.seal())?;
            let zone = reader.local_zone();
            let told = BookingNotice::of(line, what, side, by == own, &zone, place.as_ref());
            let Some(said) = told else { continue };
            let telling = NewNotice {
                kind: what.kind(),
                topic: what.topic(),
                recipient: reader.id,
                object: line.booking.id.0,
                version: now.micros(),
                words: said.title.chars().take(300).collect(),
                path: paths::booking(line.booking.id),
                letter: Some(self.letter(line, what, &said, reader, side)?),
            };
            Notice::tell_reader(conn, self.0, reader, telling, now)?;
        }
        Ok(())
    }

    fn letter(
        &self,
        line: &BookingRow,
        what: BookingNews,
        said: &BookingNotice,
        reader: &User,
        side: Side,
    ) -> Result<Letter> {
        let method = what.method(line, side);
        let mut paragraphs: Vec<&str> = said.paragraphs.iter().map(String::as_str).collect();
        if method.is_some_and(|method| method != Method::Cancel) {
            paragraphs.push(ANSWERS);
        }
        let address = format!("{}{}", self.0.base_url, paths::booking(line.booking.id));
        let letter = Letter::new(&said.title, &paragraphs).with_button("Open the booking", address);
        let letter = match what.last_moment(line, side) {
            Some(at) => letter.expiring(at),
            None => letter,
        };
        let Some(method) = method else { return Ok(letter) };
        let letter = match method {
            Method::Cancel => letter,
            _ => self.where_to_cancel(line, letter),
        };
        let word = match method {
            Method::Cancel => "CANCEL",
            Method::Request => "REQUEST",
            Method::Publish => "PUBLISH",
        };
        Ok(letter.with_attachment(Attachment {
            name: "booking.ics".to_owned(),
            content_type: format!("text/calendar; method={word}; charset=utf-8"),
            body: calendar::file(self.0, method, line, side, Some(reader))?,
        }))
    }

    fn where_to_cancel(&self, line: &BookingRow, letter: Letter) -> Letter {
        let address = format!("{}{}#actions", self.0.base_url, paths::booking(line.booking.id));
        letter.with_link("Cancel or move it there", address)
    }
}

impl BookingNews {
    fn kind(self) -> &'static str {
        match self {
            Self::Requested => "bookings.requested",
            Self::ToPay => "bookings.to-pay",
            Self::NotCharged => "bookings.not-charged",
            Self::Confirmed => "bookings.confirmed",
            Self::Declined => "bookings.declined",
            Self::Expired => "bookings.expired",
            Self::Unpaid => "bookings.unpaid",
            Self::AccountantSuspended | Self::ClientSuspended => "bookings.suspended",
            Self::TakenBack => "bookings.taken-back",
            Self::Cancelled => "bookings.cancelled",
            Self::Moved => "bookings.moved",
            Self::Proposed => "bookings.proposed",
            Self::ProposalDeclined => "bookings.proposal-declined",
            Self::NoShow => "bookings.no-show",
            Self::NoShowObjected => "bookings.no-show-objected",
            Self::Complaint => "bookings.complaint",
            Self::ClockChanged => "bookings.clock-changed",
            Self::Place => "bookings.place",
            Self::Tomorrow => "bookings.tomorrow",
            Self::Soon => "bookings.soon",
        }
    }

    fn topic(self) -> Topic {
        match self {
            Self::ToPay | Self::NotCharged | Self::Unpaid => Topic::Money,
            Self::Requested | Self::Confirmed | Self::Declined | Self::Expired => Topic::Requests,
            Self::AccountantSuspended | Self::ClientSuspended | Self::TakenBack => Topic::Requests,
            Self::Cancelled | Self::Moved | Self::Proposed | Self::ProposalDeclined => {
                Topic::Changes
            }
            Self::ClockChanged | Self::Place => Topic::Changes,
            Self::NoShow | Self::NoShowObjected | Self::Complaint => Topic::Moderation,
            Self::Tomorrow | Self::Soon => Topic::Reminders,
        }
    }

    /// From when on there is nothing more to do about it: the hour has begun, or the time to answer
    /// is over.
    fn last_moment(self, line: &BookingRow, side: Side) -> Option<Instant> {
        match self {
            Self::Requested if side == Side::Accountant => line.booking.deadline,
            Self::Requested
            | Self::ToPay
            | Self::Confirmed
            | Self::Moved
            | Self::Proposed
            | Self::ProposalDeclined
            | Self::ClockChanged
            | Self::Place
            | Self::Tomorrow
            | Self::Soon => Some(line.booking.starts_at),
            _ => None,
        }
    }

    /// How it stands between the messages of the two.
    fn in_timeline(self) -> Option<NoticeKind> {
        match self {
            Self::Requested => Some(timeline::REQUESTED),
            Self::Confirmed => Some(timeline::CONFIRMED),
            Self::Declined => Some(timeline::DECLINED),
            Self::Expired | Self::Unpaid | Self::NotCharged => Some(timeline::EXPIRED),
            Self::AccountantSuspended | Self::ClientSuspended => Some(timeline::EXPIRED),
            Self::TakenBack | Self::Cancelled => Some(timeline::CANCELLED),
            Self::Moved => Some(timeline::MOVED),
            Self::Proposed => Some(timeline::PROPOSED),
            _ => None,
        }
    }

    /// What the calendar program of one side must do about it. Of a request only the client's
    /// knows, tentatively (RFC 5546, 3.2.1).
    fn method(self, line: &BookingRow, side: Side) -> Option<Method> {
        let is_client = side == Side::Client;
        match self {
            Self::Confirmed | Self::Place => Some(Method::Request),
            Self::Moved if line.booking.state == State::Confirmed => Some(Method::Request),
            Self::Cancelled => Some(Method::Cancel),
            Self::Requested | Self::Moved if is_client => Some(Method::Publish),
            Self::TakenBack | Self::Declined | Self::Expired if is_client => Some(Method::Cancel),
            Self::NotCharged if is_client => Some(Method::Cancel),
            // of one that was never asked for no calendar knows
            Self::Unpaid if is_client && line.booking.pay_mode == PayMode::AfterAccept => {
                Some(Method::Cancel)
            }
            _ => None,
        }
    }
}
