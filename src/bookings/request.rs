//! A client asks for a time.

use diesel::prelude::*;

use super::booking::{BookingRow, Parties, lock};
use super::diary::{self, Asking};
use super::event::{BookingEvent, Happened};
use super::notify::{BookingNews, Notifier};
use super::paid::{OnlineRules, PaidStart, PayPlan};
use super::place::said_of;
use super::quotes::{Quote, QuoteId, QuoteState};
use super::schema::{booking_terms, bookings};
use super::{
    Booking, BookingId, BookingRefusal, By, NewBooking, PayMode, SealedWords, State, Terms,
};
use crate::accountants::Accountant;
use crate::accountants::meeting::CALL;
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::listings::{self, Accept, Mode, Modes, Service, ServiceId, ServiceState};
use crate::on_either;
use crate::seal::Seal;
use crate::users::{Actor, Role, UserId};
use crate::web::keys::SentForm;

/// What a client asks for.
#[derive(Debug, Clone)]
pub struct Wish {
    pub service: ServiceId,
    pub start: Instant,
    pub mode: Option<Mode>,
    /// Sealed.
    pub note: Option<Vec<u8>>,
    pub answers: Option<Vec<u8>>,
    /// The client's number, for whoever calls.
    pub phone: String,
    /// The offer that is accepted with it, for a service by quote.
    pub quote: Option<QuoteId>,
    /// What can be paid by card, if anything can.
    pub online: Option<OnlineRules>,
    pub form: SentForm,
}

/// How long a request waits for its answer.
const ANSWER: Span = Span::hours(48);

/// `respond_by` of what is not paid online: two days, and an hour before the start.
pub(super) fn respond_by(requested_at: Instant, start: Instant) -> Instant {
    (requested_at + ANSWER).min(start - Span::hours(1))
}

/// What somebody else reads who would book.
pub(super) const ONLY_CLIENTS: &str = "Only clients book. Use a client account.";

impl Booking {
    const MOST_PENDING: i64 = 10;
    const MOST_HELD: i64 = 3;

    /// Asks for a time; where the service takes bookings at once, it is confirmed in the same
    /// transaction. The same form again gives the same booking.
    pub fn request(
        conn: &mut Conn,
        actor: &Actor,
        desk: &Notifier,
        wish: &Wish,
    ) -> Result<Self, BookingRefusal> {
        if actor.role != Role::Client {
            return Err(Error::forbidden(ONLY_CLIENTS).into());
        }
        wish.form.once(conn, actor.id.0, actor.now, |conn| Self::begin(conn, actor, desk, wish))
    }

    fn begin(
        conn: &mut Conn,
        actor: &Actor,
        desk: &Notifier,
        wish: &Wish,
    ) -> Result<Self, BookingRefusal> {
        let Held { both, accountant, service, quote } = held_service(conn, actor, wish)?;
        let mode = choose(&service, wish.mode)?;
        expire_overlapping(conn, desk, &service, wish.start, actor.now)?;
        let plan = PayPlan::of(conn, wish.online.as_ref(), &service)?;
        let asking = Asking::about(&accountant, &service, Some(actor.id)).paid_by(plan);
        offered(conn, asking, wish.start, actor.now)?;
        Self::check_room(conn, actor.id, actor.now)?;
        let start = Self::start_of(conn, actor, plan, &service, wish.start)?;
        let place = said_of(desk.0.seal(), &accountant, &service, mode)?;
        let phone = number_to_call(desk.0.seal(), (mode, &place), &wish.phone)?;
        let booking =
            NewBooking::of(actor, &accountant, &service, start, wish.start).insert(conn)?;
        let terms = agreed(booking.id, &service, (mode, phone), wish);
        on_either!(conn, |c| diesel::insert_into(booking_terms::table).values(&terms).execute(c))?;
        if let Some(quote) = quote {
            quote.used(conn, booking.id)?;
        }
        let event = BookingEvent::new(booking.id, Happened::Requested, By::Client, actor.now);
        booking.note(conn, &event.about(booking.starts_at))?;
        match (booking.state, service.accept) {
            // the accountant is asked when the card is held
            (State::Held, _) => Ok(booking),
            (_, Accept::Instant) => {
                Ok(booking.take(conn, desk, By::System, Some(place), actor.now)?)
            }
            (_, Accept::Request) => {
                let line = line(booking, terms, &both.0.name, accountant);
                let news = BookingNews::Requested;
                desk.tell_both(conn, &line, &both, news, By::Client, actor.now)?;
                Ok(line.booking)
            }
        }
    }

    /// A client waits for at most ten answers.
    fn check_room(conn: &mut Conn, client: UserId, now: Instant) -> Result<(), BookingRefusal> {
        let own = bookings::table
            .filter(bookings::client_id.eq(client))
            .filter(bookings::state.eq(State::Pending).and(bookings::deadline.gt(now)));
        let waiting: i64 = on_either!(conn, |c| own.count().get_result(c))?;
        if waiting >= Self::MOST_PENDING { Err(BookingRefusal::TooMany) } else { Ok(()) }
    }

    /// In which state it begins, how it is paid and until when it waits.
    fn start_of(
        conn: &mut Conn,
        actor: &Actor,
        plan: PayPlan,
        service: &Service,
        start: Instant,
    ) -> Result<PaidStart, BookingRefusal> {
        let mode = match plan {
            PayPlan::Online => {
                let paid = PaidStart::of(start, actor.now);
                if paid.state == State::Held && Self::held_by(conn, actor)? >= Self::MOST_HELD {
                    return Err(BookingRefusal::TooManyHeld);
                }
                return Ok(paid);
            }
            PayPlan::NotBookable => return Err(BookingRefusal::NotPayable),
            PayPlan::Free => PayMode::Free,
            PayPlan::Direct => PayMode::Direct,
        };
        let deadline = match service.accept {
            Accept::Request => respond_by(actor.now, start),
            Accept::Instant => start,
        };
        Ok(PaidStart { mode, state: State::Pending, deadline })
    }

    /// How many times a client holds and has not paid for.
    fn held_by(conn: &mut Conn, actor: &Actor) -> Result<i64> {
        let own = bookings::table
            .filter(bookings::client_id.eq(actor.id))
            .filter(bookings::state.eq(State::Held).and(bookings::deadline.gt(actor.now)));
        Ok(on_either!(conn, |c| own.count().get_result(c))?)
    }
}

/// The client's number, sealed, where the accountant calls it.
fn number_to_call(
    seal: &Seal,
    (mode, place): (Mode, &str),
    typed: &str,
) -> Result<Option<Vec<u8>>, BookingRefusal> {
    match (mode, place) {
        (Mode::Phone, CALL) if typed.is_empty() => Err(BookingRefusal::Phone),
        (Mode::Phone, CALL) => Ok(SealedWords::phone(seal, typed)?),
        _ => Ok(None),
    }
}

/// The line of a booking with everything at hand.
fn line(booking: Booking, terms: Terms, client: &str, accountant: Accountant) -> BookingRow {
    BookingRow {
        booking,
        terms,
        client_name: client.to_owned(),
        accountant_name: accountant.display_name,
        slug: accountant.slug,
        photo: accountant.photo,
        accountant_called: accountant.called,
        town: accountant.place,
    }
}

/// The copy of what is asked for, which later edits of the service leave alone.
fn agreed(
    booking_id: BookingId,
    service: &Service,
    (mode, phone): (Mode, Option<Vec<u8>>),
    wish: &Wish,
) -> Terms {
    Terms {
        booking_id,
        title: service.title.clone(),
        duration: service.duration,
        mode,
        price_minor: service.price_minor,
        currency: service.currency.clone(),
        policy: service.policy,
        policy_words: service.policy.words().to_owned(),
        note: wish.note.clone(),
        answers: wish.answers.clone(),
        offer_id: wish.quote.map(|id| id.0),
        place: None,
        phone,
    }
}

/// What a booking begins with.
struct Held {
    both: Parties,
    accountant: Accountant,
    service: Service,
    quote: Option<Quote>,
}

/// The service and its accountant, both held; not there unless everybody may see and book them. A
/// service by quote is there only as it was offered to this client.
fn held_service(conn: &mut Conn, actor: &Actor, wish: &Wish) -> Result<Held, BookingRefusal> {
    let service = Service::by_id(conn, wish.service)?;
    let owner = service.accountant_id;
    let both = lock(conn, actor.id, owner)?;
    Actor::check_active(&both.0)?;
    let service = service.once_held(conn)?;
    let quote = wish.quote.map(|id| Quote::of(conn, id, actor.id)).transpose()?;
    let is_bookable =
        service.state == ServiceState::Active && service.is_quote() == quote.is_some();
    let listed = listings::complete::find_listed(conn, owner)?;
    let accountant = listed.filter(|_| is_bookable).ok_or(Error::NotFound)?;
    let Some(quote) = quote else {
        if !diary::takes(conn, &accountant, Some(actor.id))? {
            return Err(BookingRefusal::NotOffered);
        }
        return Ok(Held { both, accountant, service, quote: None });
    };
    if quote.service_id != service.id {
        return Err(Error::NotFound.into());
    }
    match quote.standing(actor.now) {
        QuoteState::Open => {
            let service = quote.applied(service);
            Ok(Held { both, accountant, service, quote: Some(quote) })
        }
        _ => Err(BookingRefusal::QuoteGone),
    }
}

fn choose(service: &Service, wanted: Option<Mode>) -> Result<Mode, BookingRefusal> {
    let modes = Modes(service.modes).list();
    match (wanted, modes.as_slice()) {
        (Some(mode), _) if modes.contains(&mode) => Ok(mode),
        (None, [only]) => Ok(*only),
        _ => Err(BookingRefusal::Mode),
    }
}

/// Whether a start is offered now. Nothing else than a taken stretch means that it was just taken.
pub(super) fn offered(
    conn: &mut Conn,
    asking: Asking<'_>,
    start: Instant,
    now: Instant,
) -> Result<(), BookingRefusal> {
    let mut offer = asking.offer_at(conn, start, now)?;
    if offer.holds(start) {
        return Ok(());
    }
    offer.taken.stretches.clear();
    Err(if offer.holds(start) { BookingRefusal::Taken } else { BookingRefusal::NotOffered })
}

/// Requests that lapsed but were not swept yet must not bar a time: no constraint can read the
/// clock.
fn expire_overlapping(
    conn: &mut Conn,
    desk: &Notifier,
    service: &Service,
    start: Instant,
    now: Instant,
) -> Result<()> {
    let shape = diary::shape(service);
    let (from, to) = (start - shape.before, start + shape.duration + shape.after);
    Booking::expire_between(conn, desk, service.accountant_id, from, to, now)
}
