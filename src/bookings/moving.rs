//! Another time for a booking: moved by the client, or proposed by the accountant.

use diesel::prelude::*;

use super::diary::{Asking, shape_of};
use super::event::{Event, Happened};
use super::request::{Refusal, offered, respond_by};
use super::schema::bookings;
use super::tell::{Desk, What};
use super::{Booking, By, Reminder, Side, State, Terms, returns};
use crate::accountants::Accountant;
use crate::clock::{Instant, Span};
use crate::db::{self, Conn};
use crate::error::{Error, Result};
use crate::listings::{self, Service};
use crate::users::Actor;

impl Booking {
    const MOST_MOVES: i32 = 3;

    /// What an offer of other times for this booking is made of: its own length and buffers stay.
    pub fn asking<'a>(&self, accountant: &'a Accountant, service: &Service) -> Asking<'a> {
        Asking {
            shape: shape_of(self, service),
            except: Some(self.id),
            ..Asking::about(accountant, service, Some(self.client_id))
        }
    }

    /// Why the client can no longer move it, if so.
    pub fn barred_from_moving(&self, terms: &Terms, now: Instant) -> Option<Refusal> {
        match self.state_at(now) {
            _ if self.moves >= Self::MOST_MOVES => Some(Refusal::TooManyMoves),
            State::Pending => None,
            State::Confirmed if returns(terms.policy, now, self.starts_at) == 100 => None,
            _ => Some(Refusal::TooLate),
        }
    }

    /// The client moves it to a time that is offered. If that fails the old time is untouched.
    pub fn move_to(
        self,
        conn: &mut Conn,
        desk: &Desk,
        actor: &Actor,
        start: Instant,
    ) -> Result<(), Refusal> {
        self.only(
            Side::Client,
            actor,
            "Only the client can move a booking. Propose another time.",
        )?;
        if self.starts_at == start && self.moves > 0 {
            return Ok(());
        }
        let line = self.clone().line(conn)?;
        if let Some(refusal) = self.barred_from_moving(&line.terms, actor.now) {
            return Err(refusal);
        }
        // who is hidden or suspended offers no times
        let listed = listings::complete::find_listed(conn, self.accountant_id)?;
        let accountant = listed.ok_or(Refusal::NotOffered)?;
        let service = Service::by_id(conn, self.service_id)?;
        let (before, after) = self.buffers();
        let end = start + self.duration() + after;
        Self::expire_between(conn, desk, self.accountant_id, start - before, end, actor.now)?;
        offered(conn, self.asking(&accountant, &service), start, actor.now)?;
        let moved = self.shift(conn, start, actor.now, self.moves + 1)?;
        Event::new(self.id, Happened::Moved, By::Client, actor.now).about(start).put(conn)?;
        desk.tell(conn, moved.id, What::Moved, By::Client, actor.now)?;
        Ok(())
    }

    /// One UPDATE of all times; the database refuses what would overlap.
    fn shift(
        &self,
        conn: &mut Conn,
        start: Instant,
        now: Instant,
        moves: i32,
    ) -> Result<Self, Refusal> {
        let (before, after) = self.buffers();
        let end = start + self.duration();
        let zone = Accountant::by_id(conn, self.accountant_id)?.zone;
        let deadline = match self.state {
            State::Pending => Some(respond_by(self.requested_at, start)),
            _ => None,
        };
        let same = bookings::table
            .find(self.id)
            .filter(bookings::state.eq(self.state).and(bookings::sequence.eq(self.sequence)));
        let changed = db::update(
            same,
            (
                bookings::starts_at.eq(start),
                bookings::ends_at.eq(end),
                bookings::block_from.eq(start - before),
                bookings::block_to.eq(end + after),
                bookings::deadline.eq(deadline),
                bookings::wall.eq(start.wall(&zone)),
                bookings::zone.eq(&zone),
                bookings::tz_version.eq(crate::clock::tz_version()),
                bookings::moves.eq(moves),
                bookings::sequence.eq(self.sequence + 1),
                bookings::changed_at.eq(now),
                bookings::proposed_at.eq(None::<Instant>),
                bookings::proposed_until.eq(None::<Instant>),
            ),
        )
        .execute(conn)?;
        if changed == 0 {
            return Err(Error::conflict("This booking has changed meanwhile.").into());
        }
        let moved = Self::by_id(conn, self.id)?;
        if moved.state == State::Confirmed {
            Reminder::drop(conn, self.id)?;
            Reminder::set(conn, &moved, now)?;
        }
        self.touch(conn, now)?;
        Ok(moved)
    }

    fn buffers(&self) -> (Span, Span) {
        (self.starts_at.elapsed_since(self.block_from), self.block_to.elapsed_since(self.ends_at))
    }

    /// The accountant proposes a time. It blocks nothing, and the client answers within two days
    /// and an hour before either start.
    pub fn propose(
        self,
        conn: &mut Conn,
        desk: &Desk,
        actor: &Actor,
        start: Instant,
    ) -> Result<()> {
        self.only(Side::Accountant, actor, "Only the accountant can propose another time.")?;
        let until = (actor.now + Span::hours(48))
            .min(self.starts_at - Span::hours(1))
            .min(start - Span::hours(1));
        let is_open = matches!(self.state_at(actor.now), State::Pending | State::Confirmed);
        if !is_open || until <= actor.now {
            return Err(Error::conflict("It is too late to propose that time."));
        }
        if self.proposal(actor.now).is_some_and(|(at, _)| at == start) {
            return Ok(());
        }
        if start == self.starts_at {
            return Err(Error::conflict("That is the time it has already."));
        }
        db::update(
            bookings::table.find(self.id).filter(bookings::state.eq(self.state)),
            (
                bookings::proposed_at.eq(Some(start)),
                bookings::proposed_until.eq(Some(until)),
                bookings::changed_at.eq(actor.now),
            ),
        )
        .execute(conn)?;
        Event::new(self.id, Happened::Proposed, By::Accountant, actor.now)
            .about(start)
            .put(conn)?;
        desk.tell(conn, self.id, What::Proposed, By::Accountant, actor.now)
    }

    /// The client takes the proposed time: whoever proposed it has accepted it.
    pub fn take_proposal(self, conn: &mut Conn, desk: &Desk, actor: &Actor) -> Result<(), Refusal> {
        self.only(Side::Client, actor, "Only the client can answer a proposal.")?;
        let gone = || Error::conflict("There is no proposal to answer any more.");
        let (start, _) = self.proposal(actor.now).ok_or_else(gone)?;
        if !matches!(self.state_at(actor.now), State::Pending | State::Confirmed) {
            return Err(gone().into());
        }
        let (before, after) = self.buffers();
        let end = start + self.duration() + after;
        Self::expire_between(conn, desk, self.accountant_id, start - before, end, actor.now)?;
        let moved = self.shift(conn, start, actor.now, self.moves)?;
        Event::new(self.id, Happened::Moved, By::Client, actor.now).about(start).put(conn)?;
        match moved.state {
            State::Pending => moved.confirm(conn, desk, By::Client, actor.now)?,
            _ => desk.tell(conn, moved.id, What::Moved, By::Client, actor.now)?,
        }
        Ok(())
    }

    pub fn decline_proposal(self, conn: &mut Conn, desk: &Desk, actor: &Actor) -> Result<()> {
        self.only(Side::Client, actor, "Only the client can answer a proposal.")?;
        if self.proposed_at.is_none() {
            return Ok(());
        }
        db::update(
            bookings::table.find(self.id),
            (
                bookings::proposed_at.eq(None::<Instant>),
                bookings::proposed_until.eq(None::<Instant>),
                bookings::changed_at.eq(actor.now),
            ),
        )
        .execute(conn)?;
        Event::new(self.id, Happened::ProposalDeclined, By::Client, actor.now).put(conn)?;
        desk.tell(conn, self.id, What::ProposalDeclined, By::Client, actor.now)
    }
}
