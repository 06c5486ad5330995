//! Another time for a booking: moved by the client, or proposed by the accountant.

use diesel::prelude::*;

use super::acts::CHANGED;
use super::diary::{Asking, shape_of};
use super::event::{BookingEvent, Happened};
use super::forms::ProposalAnswer;
use super::notify::{BookingNews, Notifier};
use super::refusal::BookingRefusal;
use super::request::{offered, respond_by};
use super::schema::bookings;
use super::{Booking, BookingId, By, Side, State, Terms, returns};
use crate::accountants::Accountant;
use crate::clock::{Instant, Span};
use crate::db::{self, Conn};
use crate::error::{Error, Result};
use crate::listings::{self, Service};
use crate::users::Actor;

impl Booking {
    const MOST_MOVES: i32 = 3;

    /// What an offer of other times for this booking is made of: its own length and buffers stay.
    pub fn asking<'a>(
        &self,
        accountant: &'a Accountant,
        service: &Service,
        now: Instant,
    ) -> Asking<'a> {
        let asking = Asking {
            shape: shape_of(self, service),
            except: Some(self.id),
            ..Asking::about(accountant, service, Some(self.client_id))
        };
        // a request that waits needs time for its answer, whatever the service asks for now
        let asking = match self.state {
            State::Pending => asking.answered(),
            _ => asking,
        };
        match self.pay_mode.is_online() {
            true => asking.paid_since(self.accepted_at, now),
            false => asking,
        }
    }

    /// Why the client can no longer move it, if so.
    pub fn barred_from_moving(&self, terms: &Terms, now: Instant) -> Option<BookingRefusal> {
        match self.state_at(now) {
            _ if self.moves >= Self::MOST_MOVES => Some(BookingRefusal::TooManyMoves),
            State::Pending => None,
            State::Confirmed if returns(terms.policy, now, self.starts_at) == 100 => None,
            _ => Some(BookingRefusal::TooLate),
        }
    }

    /// Another time, as each side asks for it: the client moves, the accountant proposes.
    pub fn change_time(
        conn: &mut Conn,
        desk: &Notifier,
        actor: &Actor,
        (id, side): (BookingId, Side),
        start: Instant,
    ) -> Result<(), BookingRefusal> {
        let booking = Self::held(conn, id, actor)?;
        match side {
            Side::Client => booking.move_to(conn, desk, actor, start),
            Side::Accountant => booking.propose(conn, desk, actor, start),
        }
    }

    /// The client moves it to a time that is offered. If that fails the old time is untouched.
    pub fn move_to(
        self,
        conn: &mut Conn,
        desk: &Notifier,
        actor: &Actor,
        start: Instant,
    ) -> Result<(), BookingRefusal> {
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
        // who is away, hidden or suspended offers no times; a paused service bars nobody it has
        let at_work = listings::complete::find_at_work(conn, self.accountant_id)?;
        let accountant = at_work.ok_or(BookingRefusal::NotAtWork)?;
        let service = Service::by_id(conn, self.service_id)?;
        let (before, after) = self.buffers();
        let end = start + self.duration() + after;
        Self::expire_between(conn, desk, self.accountant_id, start - before, end, actor.now)?;
        offered(conn, self.asking(&accountant, &service, actor.now), start, actor.now)?;
        let moved = self.shift(conn, &accountant.zone, (start, self.moves + 1), actor.now)?;
        let event = BookingEvent::new(self.id, Happened::Moved, By::Client, actor.now).about(start);
        Ok(moved.record(conn, desk, &event, BookingNews::Moved)?)
    }

    /// One UPDATE of all times; the database refuses what would overlap.
    fn shift(
        &self,
        conn: &mut Conn,
        zone: &str,
        (start, moves): (Instant, i32),
        now: Instant,
    ) -> Result<Self, BookingRefusal> {
        let (before, after) = self.buffers();
        let end = start + self.duration();
        let deadline = match self.state {
            State::Pending if self.pay_mode.is_online() => {
                self.deadline.map(|until| until.min(start - Span::hours(1)))
            }
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
                bookings::wall.eq(start.wall(zone)),
                bookings::zone.eq(zone),
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
            return Err(Error::conflict(CHANGED).into());
        }
        Ok(Self::by_id(conn, self.id)?)
    }

    fn buffers(&self) -> (Span, Span) {
        (self.starts_at.elapsed_since(self.block_from), self.block_to.elapsed_since(self.ends_at))
    }

    /// The accountant proposes a time. It blocks nothing, and the client answers within two days
    /// and an hour before either start.
    pub fn propose(
        self,
        conn: &mut Conn,
        desk: &Notifier,
        actor: &Actor,
        start: Instant,
    ) -> Result<(), BookingRefusal> {
        self.only(Side::Accountant, actor, "Only the accountant can propose another time.")?;
        if self.proposal(actor.now).is_some_and(|(at, _)| at == start) {
            return Ok(());
        }
        let until = self.answer_until(start, actor.now);
        if !self.may_be_proposed(actor.now) || until <= actor.now {
            return Err(BookingRefusal::TooLateToPropose);
        }
        if start == self.starts_at {
            return Err(BookingRefusal::SameTime);
        }
        self.check_reach(conn, start, actor.now)?;
        // as it was seen: in the same state, not moved since, and not taken either
        let seen = bookings::table
            .find(self.id)
            .filter(bookings::state.eq(self.state).and(bookings::sequence.eq(self.sequence)))
            .filter(bookings::state.eq(State::Confirmed).or(bookings::accepted_at.is_null()));
        let proposed = (
            bookings::proposed_at.eq(Some(start)),
            bookings::proposed_until.eq(Some(until)),
            bookings::changed_at.eq(actor.now),
        );
        if db::update(seen, proposed).execute(conn)? == 0 {
            return Err(Error::conflict(CHANGED).into());
        }
        let event = BookingEvent::new(self.id, Happened::Proposed, By::Accountant, actor.now);
        Ok(self.record(conn, desk, &event.about(start), BookingNews::Proposed)?)
    }

    /// Whether another time can be proposed: while it waits for its answer, or stands.
    pub fn may_be_proposed(&self, now: Instant) -> bool {
        let waits = self.accepted_at.is_none();
        match self.state_at(now) {
            State::Pending => waits,
            State::Confirmed => true,
            _ => false,
        }
    }

    /// Until when a proposed start can be answered. A proposal ends with its request.
    fn answer_until(&self, start: Instant, now: Instant) -> Instant {
        let until = (now + Span::hours(48))
            .min(self.starts_at - Span::hours(1))
            .min(start - Span::hours(1));
        self.deadline.map_or(until, |deadline| until.min(deadline))
    }

    /// What is paid by card stays within the days in which it can be returned and passed on.
    fn check_reach(
        &self,
        conn: &mut Conn,
        start: Instant,
        now: Instant,
    ) -> Result<(), BookingRefusal> {
        if !self.pay_mode.is_online() {
            return Ok(());
        }
        let accountant = Accountant::by_id(conn, self.accountant_id)?;
        let service = Service::by_id(conn, self.service_id)?;
        let asking = self.asking(&accountant, &service, now);
        let last = now.day(&accountant.zone).plus(asking.most_days);
        let first = now + Span::hours(asking.least_notice);
        if first <= start && start.day(&accountant.zone) <= last {
            return Ok(());
        }
        Err(BookingRefusal::OutOfReach)
    }

    /// The proposal that can still be answered, and until when.
    pub fn proposal(&self, now: Instant) -> Option<(Instant, Instant)> {
        let proposal = self.proposed_at.zip(self.proposed_until);
        proposal.filter(|(_, until)| *until > now && self.may_be_proposed(now))
    }

    /// The client takes the proposed time or keeps the old one. What the page showed comes along, as
    /// another time may be proposed meanwhile.
    pub fn answer_proposal(
        self,
        conn: &mut Conn,
        desk: &Notifier,
        actor: &Actor,
        (answer, shown): (ProposalAnswer, Option<Instant>),
    ) -> Result<(), BookingRefusal> {
        match answer {
            ProposalAnswer::Take => self.take_proposal(conn, desk, actor, shown),
            ProposalAnswer::Keep => self.decline_proposal(conn, desk, actor, shown),
        }
    }

    /// The client takes the proposed time, if it is still the one that was `shown`: whoever proposed
    /// it has accepted it.
    pub fn take_proposal(
        self,
        conn: &mut Conn,
        desk: &Notifier,
        actor: &Actor,
        shown: Option<Instant>,
    ) -> Result<(), BookingRefusal> {
        self.only(Side::Client, actor, "Only the client can answer a proposal.")?;
        let Some((start, _)) = self.proposal(actor.now) else {
            let is_repeated = self.has_taken_proposal(conn)?;
            return if is_repeated { Ok(()) } else { Err(BookingRefusal::ProposalGone) };
        };
        if shown.is_some_and(|shown| shown != start) {
            return Err(BookingRefusal::ProposalChanged);
        }
        let (before, after) = self.buffers();
        let end = start + self.duration() + after;
        Self::expire_between(conn, desk, self.accountant_id, start - before, end, actor.now)?;
        let zone = Accountant::by_id(conn, self.accountant_id)?.zone;
        let moved = self.shift(conn, &zone, (start, self.moves), actor.now)?;
        let event = BookingEvent::new(self.id, Happened::Moved, By::Client, actor.now).about(start);
        match moved.state {
            State::Pending => {
                moved.note(conn, &event)?;
                moved.take(conn, desk, By::Client, None, actor.now)?;
            }
            _ => moved.record(conn, desk, &event, BookingNews::Moved)?,
        }
        Ok(())
    }

    /// Whether what happened last about its time is that a proposed one was taken.
    fn has_taken_proposal(&self, conn: &mut Conn) -> Result<bool> {
        let events = BookingEvent::of(conn, self.id)?;
        let mut latest = events.iter().rev().filter(|event| {
            matches!(event.kind, Happened::Moved | Happened::Proposed | Happened::ProposalDeclined)
        });
        let (last, before) = (latest.next(), latest.next());
        Ok(last.zip(before).is_some_and(|(last, before)| {
            (last.kind, before.kind) == (Happened::Moved, Happened::Proposed)
                && last.starts_at == before.starts_at
        }))
    }

    pub fn decline_proposal(
        self,
        conn: &mut Conn,
        desk: &Notifier,
        actor: &Actor,
        shown: Option<Instant>,
    ) -> Result<(), BookingRefusal> {
        self.only(Side::Client, actor, "Only the client can answer a proposal.")?;
        let Some(proposed) = self.proposed_at else { return Ok(()) };
        if shown.is_some_and(|shown| shown != proposed) {
            return Err(BookingRefusal::ProposalChanged);
        }
        let seen = bookings::table
            .find(self.id)
            .filter(bookings::state.eq(self.state).and(bookings::proposed_at.eq(Some(proposed))));
        let declined = (
            bookings::proposed_at.eq(None::<Instant>),
            bookings::proposed_until.eq(None::<Instant>),
            bookings::changed_at.eq(actor.now),
        );
        if db::update(seen, declined).execute(conn)? == 0 {
            return Err(Error::conflict(CHANGED).into());
        }
        let event = BookingEvent::new(self.id, Happened::ProposalDeclined, By::Client, actor.now);
        Ok(self.record(conn, desk, &event, BookingNews::ProposalDeclined)?)
    }
}
