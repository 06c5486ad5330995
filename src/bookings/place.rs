//! Where the two meet, from the confirmation of a booking on.
//!
//! It begins as the service or the profile says it for that way of meeting, unless the accountant
//! writes another with the acceptance; it changes later with a notice. The two alone read it.

use diesel::prelude::*;

use super::event::{BookingEvent, Happened};
use super::notify::{BookingNews, Notifier};
use super::schema::{booking_terms, bookings};
use super::{Booking, By, SealedWords, Side, State, Terms};
use crate::accountants::meeting::{CALL, LATER, parse_address, parse_link, parse_number};
use crate::accountants::{Accountant, Meeting};
use crate::db::{self, Conn};
use crate::error::{Error, Result};
use crate::listings::{Mode, Service};
use crate::seal::Seal;
use crate::users::Actor;

/// A place to meet as it stands for one booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeetingPlace {
    Link(String),
    /// The client calls it.
    Number(String),
    /// The accountant calls the client.
    Calls,
    Address(String),
}

impl MeetingPlace {
    /// None while nobody has said it.
    pub fn of(mode: Mode, said: &str) -> Option<Self> {
        match (mode, said) {
            (_, "") => None,
            (Mode::Video, link) => Some(Self::Link(link.to_owned())),
            (Mode::Phone, CALL) => Some(Self::Calls),
            (Mode::Phone, number) => Some(Self::Number(number.to_owned())),
            (Mode::InPerson, address) => Some(Self::Address(address.to_owned())),
        }
    }

    /// What an accountant typed for one booking; empty is not said.
    pub fn parse(terms: &Terms, text: &str) -> Result<String, String> {
        let text = text.trim();
        match terms.mode {
            _ if text.is_empty() => Ok(String::new()),
            Mode::Video => parse_link(text).map_err(str::to_owned),
            Mode::Phone if text == CALL && terms.phone.is_some() => Ok(CALL.to_owned()),
            Mode::Phone => parse_number(text).map_err(str::to_owned),
            Mode::InPerson => parse_address(text),
        }
    }

    /// The same where something has to be said.
    pub fn parse_said(terms: &Terms, text: &str) -> Result<String, String> {
        match Self::parse(terms, text) {
            Ok(said) if said.is_empty() => Err("Say how you meet.".to_owned()),
            parsed => parsed,
        }
    }

    /// As a line of a mail or a calendar. The client's number is in none.
    pub fn words(&self, accountant: &str, side: Side) -> String {
        match (self, side) {
            (Self::Link(text) | Self::Address(text), _) => text.clone(),
            (Self::Number(number), Side::Client) => format!("call {accountant} at {number}"),
            (Self::Number(number), Side::Accountant) => format!("the client calls {number}"),
            (Self::Calls, Side::Client) => format!("{accountant} calls you"),
            (Self::Calls, Side::Accountant) => {
                "you call the client, whose number stands on the booking's page".to_owned()
            }
        }
    }
}

/// What is said of one way of meeting, by the service or else by the profile.
pub fn said_of(
    seal: &Seal,
    accountant: &Accountant,
    service: &Service,
    mode: Mode,
) -> Result<String> {
    let own = Meeting::open(seal, service.meeting.as_ref())?;
    let general = Meeting::open(seal, accountant.meeting.as_ref())?;
    Ok(mode.of(&own.or(general)).to_owned())
}

impl Booking {
    /// What the accountant always says of the way of meeting that was agreed.
    pub(super) fn usual_place(
        &self,
        conn: &mut Conn,
        seal: &Seal,
        service: &Service,
    ) -> Result<String> {
        let accountant = Accountant::by_id(conn, self.accountant_id)?;
        let mode: Mode =
            booking_terms::table.find(self.id).select(booking_terms::mode).first(conn)?;
        said_of(seal, &accountant, service, mode)
    }

    /// Writes down where the two meet once it is confirmed: as given, else as it is always said.
    pub(super) fn settle_place(
        &self,
        conn: &mut Conn,
        desk: &Notifier,
        given: Option<String>,
    ) -> Result<()> {
        let seal = desk.0.seal();
        let place = match given {
            Some(place) => place,
            None => {
                let service = Service::by_id(conn, self.service_id)?;
                self.usual_place(conn, seal, &service)?
            }
        };
        if place == LATER || place.is_empty() {
            return Ok(());
        }
        let sealed = SealedWords::place(seal, &place)?;
        db::update(booking_terms::table.find(self.id), booking_terms::place.eq(sealed))
            .execute(conn)?;
        Ok(())
    }

    /// Another place, or the first; both are told and their calendars follow.
    pub fn set_place(
        self,
        conn: &mut Conn,
        desk: &Notifier,
        actor: &Actor,
        place: &str,
    ) -> Result<()> {
        self.only(Side::Accountant, actor, "Only the accountant says where you meet.")?;
        let sealed = SealedWords::place(desk.0.seal(), place)?;
        let standing = bookings::table
            .find(self.id)
            .filter(bookings::state.eq(State::Confirmed).and(bookings::ends_at.gt(actor.now)));
        let set =
            (bookings::sequence.eq(bookings::sequence + 1), bookings::changed_at.eq(actor.now));
        if db::update(standing, set).execute(conn)? == 0 {
            return Err(Error::conflict("Only of a booking that stands can that be said."));
        }
        db::update(booking_terms::table.find(self.id), booking_terms::place.eq(sealed))
            .execute(conn)?;
        let event = BookingEvent::new(self.id, Happened::PlaceSet, By::Accountant, actor.now);
        self.record(conn, desk, &event, BookingNews::Place)
    }
}
