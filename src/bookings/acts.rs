//! What the two can do with a booking that is there. Each act is one UPDATE on the condition of the
//! state it starts from, with history, notices and reminders in its transaction; zero rows is a
//! 409, the same act again a 303.

use diesel::prelude::*;

use super::event::{BookingEvent, Happened};
use super::notify::{BookingNews, Notifier};
use super::schema::bookings;
use super::{Booking, By, SealedWords, Side, State};
use crate::clock::{Instant, Span};
use crate::db::{self, Conn};
use crate::error::{Error, Result};
use crate::users::Actor;

/// Whoever acts on what has changed since they looked reads this.
pub(super) const CHANGED: &str = "This booking has changed meanwhile.";

/// The states of an hour of which can be said how it went.
const TOOK_PLACE: [State; 2] = [State::Confirmed, State::Completed];

impl Booking {
    /// `pending` to `confirmed`, by the accountant and in time.
    pub fn accept(
        self,
        conn: &mut Conn,
        desk: &Notifier,
        actor: &Actor,
        place: String,
    ) -> Result<()> {
        self.only(Side::Accountant, actor, "Only the accountant can accept a request.")?;
        let is_accepted = match self.state {
            State::Confirmed | State::Completed | State::Held => true,
            State::Pending => self.accepted_at.is_some(),
            _ => false,
        };
        if is_accepted {
            return Ok(());
        }
        let typed = Some(place).filter(|place| !place.is_empty());
        self.take(conn, desk, By::Accountant, typed, actor.now).map(drop)
    }

    /// The accountant's yes, or the system's where nobody is asked: the hour stands, or it is paid
    /// for first. Without a place they meet as is always said.
    pub(super) fn take(
        &self,
        conn: &mut Conn,
        desk: &Notifier,
        by: By,
        place: Option<String>,
        now: Instant,
    ) -> Result<Self> {
        match self.pay_mode.is_online() {
            true => self.accept_paid(conn, desk, by, place, now),
            false => self.confirm(conn, desk, by, place, now),
        }
    }

    fn confirm(
        &self,
        conn: &mut Conn,
        desk: &Notifier,
        by: By,
        place: Option<String>,
        now: Instant,
    ) -> Result<Self> {
        let waiting = bookings::table
            .find(self.id)
            .filter(bookings::state.eq(State::Pending))
            .filter(bookings::deadline.gt(now));
        let changed = db::update(
            waiting,
            (
                bookings::state.eq(State::Confirmed),
                bookings::deadline.eq(None::<Instant>),
                bookings::accepted_at.eq(Some(now)),
                bookings::changed_at.eq(now),
                bookings::proposed_at.eq(None::<Instant>),
                bookings::proposed_until.eq(None::<Instant>),
            ),
        )
        .execute(conn)?;
        if changed == 0 {
            return Err(Error::conflict("This request can no longer be accepted."));
        }
        let booking = Self::by_id(conn, self.id)?;
        booking.settle_place(conn, desk, place)?;
        let event = BookingEvent::new(self.id, Happened::Confirmed, by, now);
        booking.record(conn, desk, &event.about(booking.starts_at), BookingNews::Confirmed)?;
        Ok(booking)
    }

    /// `pending` to `declined`, by the accountant and in time.
    pub fn decline(
        self,
        conn: &mut Conn,
        desk: &Notifier,
        actor: &Actor,
        reason: Option<Vec<u8>>,
    ) -> Result<()> {
        self.only(Side::Accountant, actor, "Only the accountant can decline a request.")?;
        if self.state == State::Declined {
            return Ok(());
        }
        let waiting = bookings::table
            .find(self.id)
            .filter(bookings::state.eq(State::Pending).and(bookings::accepted_at.is_null()))
            .filter(bookings::deadline.gt(actor.now));
        let changed = db::update(
            waiting,
            (
                bookings::state.eq(State::Declined),
                bookings::sequence.eq(bookings::sequence + 1),
                bookings::ended_by.eq(Some(By::Accountant)),
                bookings::changed_at.eq(actor.now),
            ),
        )
        .execute(conn)?;
        if changed == 0 {
            return Err(Error::conflict("This request can no longer be declined."));
        }
        let event = BookingEvent::new(self.id, Happened::Declined, By::Accountant, actor.now);
        self.record(conn, desk, &event.because(reason), BookingNews::Declined)
    }

    /// The client takes back a request or cancels before the start; the accountant cancels before
    /// the end. A request that waits is declined, not cancelled, by the accountant.
    pub fn cancel(
        self,
        conn: &mut Conn,
        desk: &Notifier,
        actor: &Actor,
        reason: Option<Vec<u8>>,
    ) -> Result<()> {
        if self.state == State::Cancelled {
            return Ok(());
        }
        let by = self.by(actor);
        let own = bookings::table.find(self.id);
        let set = (
            bookings::state.eq(State::Cancelled),
            bookings::deadline.eq(None::<Instant>),
            bookings::ended_by.eq(Some(by)),
            bookings::changed_at.eq(actor.now),
            bookings::sequence.eq(bookings::sequence + 1),
            bookings::proposed_at.eq(None::<Instant>),
            bookings::proposed_until.eq(None::<Instant>),
        );
        let changed = match (by, self.state) {
            (By::Client, State::Confirmed) => {
                let ahead = own.filter(bookings::state.eq(State::Confirmed));
                db::update(ahead.filter(bookings::starts_at.gt(actor.now)), set).execute(conn)?
            }
            (By::Client, State::Held | State::Pending) => {
                // one that waits only for its charge has no deadline, and may still be cancelled
                let in_time = bookings::deadline.is_null().or(bookings::deadline.gt(actor.now));
                let open = own.filter(bookings::state.eq(self.state));
                db::update(open.filter(in_time), set).execute(conn)?
            }
            (By::Accountant, State::Confirmed) => {
                let ahead = own.filter(bookings::state.eq(State::Confirmed));
                db::update(ahead.filter(bookings::ends_at.gt(actor.now)), set).execute(conn)?
            }
            _ => 0,
        };
        if changed == 0 {
            return Err(Error::conflict("This booking can no longer be cancelled."));
        }
        let was_confirmed = self.state == State::Confirmed;
        let news = if was_confirmed { BookingNews::Cancelled } else { BookingNews::TakenBack };
        let event = BookingEvent::new(self.id, Happened::Cancelled, by, actor.now);
        self.record(conn, desk, &event.because(reason), news)
    }

    /// The client did not come: from a quarter of an hour after the start to two days after the
    /// end.
    pub fn mark_no_show(self, conn: &mut Conn, desk: &Notifier, actor: &Actor) -> Result<()> {
        self.only(Side::Accountant, actor, "Only the accountant can say that.")?;
        if self.no_show_at.is_some() {
            return Ok(());
        }
        self.within_complaints(actor.now)?;
        // whether the sweeper came by between the look and the act makes no difference
        let unmarked = bookings::table
            .find(self.id)
            .filter(bookings::state.eq_any(TOOK_PLACE).and(bookings::no_show_at.is_null()));
        let marking = bookings::no_show_at.eq(Some(actor.now));
        if diesel::update(unmarked).set(marking).execute(conn)? == 0 {
            return Err(Error::conflict(CHANGED));
        }
        let event = BookingEvent::new(self.id, Happened::NoShow, By::Accountant, actor.now);
        self.record(conn, desk, &event, BookingNews::NoShow)
    }

    /// "I was there": within two days of being marked absent.
    pub fn object(self, conn: &mut Conn, desk: &Notifier, actor: &Actor) -> Result<()> {
        self.only(Side::Client, actor, "Only the client can say that.")?;
        if self.no_show_objected_at.is_some() {
            return Ok(());
        }
        if !self.can_be_objected_to(actor.now) {
            return Err(Error::conflict(
                "That can be said within 48 hours of being marked as absent.",
            ));
        }
        let marked = bookings::table
            .find(self.id)
            .filter(bookings::no_show_at.eq(self.no_show_at))
            .filter(bookings::no_show_objected_at.is_null());
        let objected =
            db::update(marked, bookings::no_show_objected_at.eq(Some(actor.now))).execute(conn)?;
        if objected == 0 {
            return Err(Error::conflict(CHANGED));
        }
        let event = BookingEvent::new(self.id, Happened::NoShowObjected, By::Client, actor.now);
        self.record(conn, desk, &event, BookingNews::NoShowObjected)
    }

    /// Whether the client can still say that they were there.
    pub fn can_be_objected_to(&self, now: Instant) -> bool {
        self.no_show_objected_at.is_none()
            && self.no_show_at.is_some_and(|at| now < at + Span::hours(48))
    }

    /// Whether the client counts as absent: the accountant says so, and the client said nothing
    /// against it, or an admin found it to be so.
    pub fn is_no_show_held(&self) -> bool {
        self.attendance().is_no_show_held()
    }

    /// Until when both may say how it went; then what was said opens, unless it did before.
    pub fn review_until(&self) -> Instant {
        self.ends_at + Span::hours(336)
    }

    /// Whether the client was absent, as far as it counts: nothing was said against it in time.
    pub fn was_missed(&self, now: Instant) -> bool {
        self.is_no_show_held() && self.no_show_at.is_some_and(|at| at + Span::hours(48) <= now)
    }

    /// The client complains: of the hour itself in the same time, or of being marked absent within
    /// two days of it.
    pub fn complain(
        self,
        conn: &mut Conn,
        desk: &Notifier,
        actor: &Actor,
        words: Option<Vec<u8>>,
    ) -> Result<()> {
        self.only(Side::Client, actor, "Only the client can complain.")?;
        if self.complained_at.is_some() {
            let seal = desk.0.seal();
            let said = SealedWords::open_words(seal, self.complaint.as_ref())?;
            return match said == SealedWords::open_words(seal, words.as_ref())? {
                true => Ok(()),
                false => Err(Error::conflict("You have complained about this booking already.")),
            };
        }
        let of_mark = self.no_show_at.is_some_and(|at| actor.now < at + Span::hours(48));
        if !of_mark {
            self.within_complaints(actor.now)?;
        }
        let silent = bookings::table
            .find(self.id)
            .filter(bookings::state.eq_any(TOOK_PLACE).and(bookings::complained_at.is_null()));
        let said =
            (bookings::complained_at.eq(Some(actor.now)), bookings::complaint.eq(words.clone()));
        if diesel::update(silent).set(said).execute(conn)? == 0 {
            return Err(Error::conflict(CHANGED));
        }
        let event = BookingEvent::new(self.id, Happened::Complaint, By::Client, actor.now);
        self.record(conn, desk, &event.because(words), BookingNews::Complaint)
    }

    /// The accountant notes that a price agreed to be paid directly has come.
    pub fn note_paid(self, conn: &mut Conn, actor: &Actor) -> Result<()> {
        self.only(Side::Accountant, actor, "Only the accountant can say that.")?;
        let state = self.state_at(actor.now);
        let fits = self.pay_mode == super::PayMode::Direct
            && matches!(state, State::Confirmed | State::Completed);
        if !fits {
            return Err(Error::conflict("There is nothing to be paid directly."));
        }
        let unpaid = bookings::table.find(self.id).filter(bookings::paid_directly_at.is_null());
        let changed =
            db::update(unpaid, bookings::paid_directly_at.eq(Some(actor.now))).execute(conn)?;
        if changed == 0 {
            return Ok(());
        }
        self.note(
            conn,
            &BookingEvent::new(self.id, Happened::PaidDirectly, By::Accountant, actor.now),
        )
    }

    fn within_complaints(&self, now: Instant) -> Result<()> {
        if TOOK_PLACE.contains(&self.state) && self.can_be_complained_of(now) {
            return Ok(());
        }
        Err(Error::conflict(
            "That can be said from 15 minutes after the start until 48 hours after the end.",
        ))
    }

    pub fn can_be_complained_of(&self, now: Instant) -> bool {
        self.starts_at + Span::minutes(15) <= now && now < self.ends_at + Span::hours(48)
    }

    pub(super) fn by(&self, actor: &Actor) -> By {
        match self.side(actor.id) {
            Side::Client => By::Client,
            Side::Accountant => By::Accountant,
        }
    }

    pub(super) fn only(&self, side: Side, actor: &Actor, words: &'static str) -> Result<()> {
        if self.side(actor.id) == side { Ok(()) } else { Err(Error::forbidden(words)) }
    }
}
