//! What becomes of a booking that is paid by card, as its payment comes along.
//!
//! This domain decides when an hour is held, asked for, confirmed or over; it knows nothing of cards.
//! `payments` calls these verbs when Stripe has said how a payment stands, and follows every change
//! here through the jobs of [`SETTLE`]. Deadlines are those of the design's table of a paid booking.

use diesel::prelude::*;

use super::booking::lock;
use super::event::{BookingEvent, Happened};
use super::notify::{BookingNews, Notifier};
use super::schema::bookings;
use super::{Booking, BookingId, By, PayMode, State};
use crate::accountants::{Payee, PayeeState};
use crate::clock::{Instant, Span};
use crate::db::{self, Conn};
use crate::error::{Error, Result};
use crate::jobs::JobKind;
use crate::listings::{Accept, Service};

/// The booking has changed, and its money must follow.
pub const SETTLE: JobKind<BookingId> = JobKind::new("payments.settle");

/// What can be paid online here. A site without it takes no cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnlineRules {
    pub livemode: bool,
    /// By ISO 4217.
    pub currencies: Vec<&'static str>,
    /// Whether a paid service of somebody who cannot be paid yet is not bookable.
    pub is_required: bool,
}

/// The rules of this site; none where people pay each other directly.
#[derive(Debug, Clone, Default)]
pub struct Online(pub Option<OnlineRules>);

/// How a price is paid, as it was settled at the time of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayPlan {
    Free,
    Direct,
    Online,
    /// Not now: whoever would be paid cannot be.
    NotBookable,
}

impl PayPlan {
    pub fn of(conn: &mut Conn, rules: Option<&OnlineRules>, service: &Service) -> Result<Self> {
        let Some(rules) = rules.filter(|_| service.price_minor > 0) else {
            return Ok(if service.price_minor == 0 { Self::Free } else { Self::Direct });
        };
        let payee = Payee::state(conn, service.accountant_id, rules.livemode)?;
        Ok(rules.plan(payee, service.price_minor, &service.currency))
    }
}

impl OnlineRules {
    /// The least and the most that a card is charged, in minor units (Stripe, "Minimum and maximum
    /// charge amounts").
    fn bounds(currency: &str) -> (i64, i64) {
        let least = match currency {
            "GBP" => 30,
            _ => 50,
        };
        (least, 99_999_999)
    }

    /// Whether a card can be charged so much.
    pub fn can_be_paid(&self, price_minor: i64, currency: &str) -> bool {
        let (least, most) = Self::bounds(currency);
        self.currencies.contains(&currency) && (least..=most).contains(&price_minor)
    }

    fn plan(&self, payee: Option<PayeeState>, price_minor: i64, currency: &str) -> PayPlan {
        match payee {
            _ if !self.can_be_paid(price_minor, currency) && self.is_required => {
                PayPlan::NotBookable
            }
            _ if !self.can_be_paid(price_minor, currency) => PayPlan::Direct,
            Some(PayeeState::Ready) => PayPlan::Online,
            Some(PayeeState::Restricted) => PayPlan::NotBookable,
            None if self.is_required => PayPlan::NotBookable,
            None => PayPlan::Direct,
        }
    }
}

/// How a booking that is paid online is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaidStart {
    pub mode: PayMode,
    pub state: State,
    pub deadline: Instant,
}

/// Until when the page to pay on must be there.
const PAGE_COMES: Span = Span::minutes(5);
/// Starts nearer than this are held before the accountant is asked.
const NEAR: Span = Span::hours(144);
/// What a client has to pay in once a far booking is accepted.
const PAY_WITHIN: Span = Span::hours(24);
/// Less than this left, and nobody can pay in time.
const LEAST_TO_PAY: Span = Span::minutes(40);
const ANSWER: Span = Span::hours(48);
const FAR_ANSWER: Span = Span::hours(72);
/// A hold of which Stripe does not say how long it lasts: 4 days and 18 hours.
const SHORTEST_HOLD: Span = Span::hours(114);

impl PaidStart {
    /// By how far ahead the start is.
    pub fn of(start: Instant, now: Instant) -> Self {
        match start <= now + NEAR {
            true => Self { mode: PayMode::Hold, state: State::Held, deadline: now + PAGE_COMES },
            false => Self {
                mode: PayMode::AfterAccept,
                state: State::Pending,
                deadline: now + FAR_ANSWER,
            },
        }
    }
}

impl PayMode {
    /// Whether a card is asked for.
    pub fn is_online(self) -> bool {
        matches!(self, Self::Hold | Self::AfterAccept)
    }
}

/// Until when the accountant must answer once a card is held.
fn respond_by(held_at: Instant, capture_before: Option<Instant>, start: Instant) -> Instant {
    let hold_ends = capture_before.unwrap_or(held_at + SHORTEST_HOLD);
    (held_at + ANSWER).min(hold_ends - Span::hours(12)).min(start - Span::hours(1))
}

impl Booking {
    /// Holds the rows of both and of the calendar until the commit, for what no person does.
    pub fn hold(conn: &mut Conn, id: BookingId) -> Result<()> {
        let booking = Self::by_id(conn, id)?;
        lock(conn, booking.client_id, booking.accountant_id)?;
        Ok(())
    }

    /// Asks the payments to follow, if any card is involved.
    pub(super) fn ask_to_settle(&self, conn: &mut Conn, now: Instant) -> Result<()> {
        if self.pay_mode.is_online() { SETTLE.enqueue_once(conn, self.id, now) } else { Ok(()) }
    }

    /// When the page to pay on closes, for a payment that begins now. None if no time is left to pay.
    pub fn page_until(&self, now: Instant) -> Option<Instant> {
        let lasts = match self.pay_mode {
            PayMode::AfterAccept => Span::minutes(23 * 60 + 50),
            _ => Span::minutes(35),
        };
        let until = (now + lasts).min(self.starts_at - Span::hours(1));
        (until >= now + Span::minutes(31)).then_some(until)
    }

    /// The page to pay on is there, or asked for: the time is kept until shortly after it closes.
    pub fn extend_hold(&self, conn: &mut Conn, page_until: Instant) -> Result<()> {
        let held = bookings::table
            .find(self.id)
            .filter(bookings::state.eq(State::Held).and(bookings::accepted_at.is_null()));
        let until = bookings::deadline.eq(Some(page_until + Span::minutes(5)));
        db::update(held, until).execute(conn)?;
        Ok(())
    }

    /// The accountant takes a request that is paid by card: the held card is charged, or the client
    /// is asked for one.
    pub(super) fn accept_paid(
        &self,
        conn: &mut Conn,
        desk: &Notifier,
        by: By,
        place: Option<String>,
        now: Instant,
    ) -> Result<Self> {
        const GONE: &str = "This request can no longer be accepted.";
        let pay_until = (now + PAY_WITHIN).min(self.starts_at - Span::hours(1));
        if self.pay_mode == PayMode::AfterAccept && pay_until < now + LEAST_TO_PAY {
            return Err(Error::conflict("There is no time left to pay for it before it begins."));
        }
        let waiting = bookings::table
            .find(self.id)
            .filter(bookings::state.eq(State::Pending).and(bookings::accepted_at.is_null()))
            .filter(bookings::deadline.gt(now));
        let unproposed = (
            bookings::proposed_at.eq(None::<Instant>),
            bookings::proposed_until.eq(None::<Instant>),
        );
        let changed = match self.pay_mode {
            PayMode::Hold => db::update(
                waiting,
                (
                    bookings::accepted_at.eq(Some(now)),
                    bookings::deadline.eq(None::<Instant>),
                    bookings::changed_at.eq(now),
                    unproposed,
                ),
            )
            .execute(conn)?,
            _ => db::update(
                waiting,
                (
                    bookings::state.eq(State::Held),
                    bookings::deadline.eq(Some(pay_until)),
                    bookings::changed_at.eq(now),
                    unproposed,
                ),
            )
            .execute(conn)?,
        };
        if changed == 0 {
            return Err(Error::conflict(GONE));
        }
        let accepted = Self::by_id(conn, self.id)?;
        accepted.settle_place(conn, desk, place)?;
        let event = BookingEvent::new(self.id, Happened::Accepted, by, now).about(self.starts_at);
        match self.pay_mode {
            PayMode::AfterAccept => accepted.record(conn, desk, &event, BookingNews::ToPay)?,
            _ => accepted.note(conn, &event)?,
        }
        Ok(accepted)
    }

    /// The card is held. Where the accountant has said yes before, or need not be asked, nothing more
    /// is asked of anybody; else the question goes out.
    pub fn note_held(
        &self,
        conn: &mut Conn,
        desk: &Notifier,
        capture_before: Option<Instant>,
        now: Instant,
    ) -> Result<()> {
        let held = bookings::table
            .find(self.id)
            .filter(bookings::state.eq(State::Held).and(bookings::accepted_at.is_null()));
        let event = BookingEvent::new(self.id, Happened::CardHeld, By::System, now);
        if self.pay_mode == PayMode::AfterAccept {
            let accepted = (
                bookings::accepted_at.eq(Some(now)),
                bookings::deadline.eq(None::<Instant>),
                bookings::changed_at.eq(now),
            );
            if db::update(held, accepted).execute(conn)? == 1 {
                self.note(conn, &event)?;
                self.ask_to_settle(conn, now)?;
            }
            return Ok(());
        }
        let deadline = respond_by(now, capture_before, self.starts_at);
        let asked = (
            bookings::state.eq(State::Pending),
            bookings::deadline.eq(Some(deadline)),
            bookings::changed_at.eq(now),
        );
        if db::update(held, asked).execute(conn)? == 0 {
            return Ok(());
        }
        self.note(conn, &event)?;
        let booking = Self::by_id(conn, self.id)?;
        if deadline <= now {
            return booking.expire(conn, desk, now);
        }
        let service = Service::by_id(conn, self.service_id)?;
        if service.accept == Accept::Instant {
            let place = booking.usual_place(conn, desk.0.seal(), &service)?;
            return booking.accept_paid(conn, desk, By::System, Some(place), now).map(drop);
        }
        desk.tell(conn, self.id, BookingNews::Requested, By::Client, now)
    }

    /// The money has come: the hour stands.
    pub fn confirm_paid(&self, conn: &mut Conn, desk: &Notifier, now: Instant) -> Result<()> {
        let accepted = bookings::table
            .find(self.id)
            .filter(bookings::state.eq_any([State::Held, State::Pending]))
            .filter(bookings::accepted_at.is_not_null());
        let confirmed = (
            bookings::state.eq(State::Confirmed),
            bookings::deadline.eq(None::<Instant>),
            bookings::changed_at.eq(now),
        );
        if diesel::update(accepted).set(confirmed).execute(conn)? == 0 {
            return Ok(());
        }
        let booking = Self::by_id(conn, self.id)?;
        let event = BookingEvent::new(self.id, Happened::Confirmed, By::System, now);
        booking.record(conn, desk, &event.about(booking.starts_at), BookingNews::Confirmed)
    }

    /// The card could not be charged, or let go by itself: there is nothing to wait for any more.
    pub fn end_uncharged(&self, conn: &mut Conn, desk: &Notifier, now: Instant) -> Result<()> {
        let open = bookings::table
            .find(self.id)
            .filter(bookings::state.eq_any([State::Held, State::Pending]));
        let ended = (
            bookings::state.eq(State::Expired),
            bookings::sequence.eq(bookings::sequence + 1),
            bookings::deadline.eq(Some(now)),
            bookings::ended_by.eq(Some(By::System)),
            bookings::changed_at.eq(now),
        );
        if diesel::update(open).set(ended).execute(conn)? == 0 {
            return Ok(());
        }
        let event = BookingEvent::new(self.id, Happened::NotCharged, By::System, now);
        self.record(conn, desk, &event, BookingNews::NotCharged)
    }

    /// The card was held after the hold had lapsed. If the time is still free the booking is held
    /// again, as if it had come in time; whether it is.
    pub fn revive(&self, conn: &mut Conn, now: Instant) -> Result<bool> {
        if self.starts_at <= now + Span::hours(1) || self.is_taken_again(conn, now)? {
            return Ok(false);
        }
        let lapsed = bookings::table.find(self.id).filter(bookings::state.eq(State::Expired));
        let held = (
            bookings::state.eq(State::Held),
            bookings::deadline.eq(Some(now + PAGE_COMES)),
            bookings::ended_by.eq(None::<By>),
            bookings::changed_at.eq(now),
        );
        Ok(db::update(lapsed, held).execute(conn)? == 1)
    }

    /// Whether something else stands at its time. The caller holds the calendar.
    fn is_taken_again(&self, conn: &mut Conn, now: Instant) -> Result<bool> {
        let others: Vec<Self> = bookings::table
            .filter(bookings::accountant_id.eq(self.accountant_id).and(bookings::id.ne(self.id)))
            .filter(State::IS_BLOCKING)
            .filter(
                bookings::block_from.lt(self.block_to).and(bookings::block_to.gt(self.block_from)),
            )
            .select(Self::as_select())
            .load(conn)?;
        Ok(others.iter().any(|other| other.state_at(now) != State::Expired))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_micros(1_795_000_000_000_000);

    #[test]
    fn a_start_within_six_days_is_held_first_and_a_later_one_asked_for_first() {
        let near = PaidStart::of(NOW + Span::hours(144), NOW);
        assert_eq!((near.mode, near.state), (PayMode::Hold, State::Held));
        assert_eq!(near.deadline, NOW + Span::minutes(5));
        let far = PaidStart::of(NOW + Span::hours(144) + Span::seconds(1), NOW);
        assert_eq!((far.mode, far.state), (PayMode::AfterAccept, State::Pending));
        assert_eq!(far.deadline, NOW + Span::hours(72));
    }

    #[test]
    fn a_card_is_asked_for_only_where_it_can_be_charged_and_the_money_passed_on() {
        let rules =
            OnlineRules { livemode: false, currencies: vec!["EUR", "GBP"], is_required: false };
        let ready = Some(PayeeState::Ready);
        assert_eq!(rules.plan(ready, 8_500, "EUR"), PayPlan::Online);
        assert_eq!(rules.plan(ready, 49, "EUR"), PayPlan::Direct, "less than a card is charged");
        assert_eq!(rules.plan(ready, 30, "GBP"), PayPlan::Online);
        assert_eq!(rules.plan(ready, 29, "GBP"), PayPlan::Direct);
        assert_eq!(rules.plan(ready, 100_000_000, "EUR"), PayPlan::Direct);
        assert_eq!(rules.plan(ready, 8_500, "PLN"), PayPlan::Direct);
        assert_eq!(rules.plan(None, 8_500, "EUR"), PayPlan::Direct);
        let restricted = Some(PayeeState::Restricted);
        assert_eq!(rules.plan(restricted, 8_500, "EUR"), PayPlan::NotBookable);
        let strict = OnlineRules { is_required: true, ..rules };
        assert_eq!(strict.plan(None, 8_500, "EUR"), PayPlan::NotBookable);
        assert_eq!(strict.plan(ready, 8_500, "PLN"), PayPlan::NotBookable);
    }

    #[test]
    fn the_answer_is_due_before_the_hold_ends_and_before_the_hour_begins() {
        let far = NOW + Span::hours(400);
        assert_eq!(respond_by(NOW, None, far), NOW + Span::hours(48));
        let short = Some(NOW + Span::hours(30));
        assert_eq!(respond_by(NOW, short, far), NOW + Span::hours(18));
        assert_eq!(respond_by(NOW, None, NOW + Span::hours(3)), NOW + Span::hours(2));
        let gone = Some(NOW + Span::hours(12));
        assert_eq!(respond_by(NOW, gone, far), NOW, "already past: let go at once");
    }
}
