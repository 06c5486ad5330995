//! A client asks for a time.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as Cause};

use super::booking::{BookingRow, Parties, lock};
use super::diary::{self, Asking};
use super::event::{BookingEvent, Happened};
use super::notify::{BookingNews, Notifier};
use super::paid::{OnlineRules, PaidStart, PayPlan};
use super::place::said_of;
use super::quotes::{Quote, QuoteId, QuoteState};
use super::schema::{booking_terms, bookings};
use super::{Booking, BookingId, By, PayMode, SealedWords, State, Terms};
use crate::accountants::Accountant;
use crate::accountants::meeting::CALL;
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::listings::{self, Accept, Mode, Modes, Service, ServiceId, ServiceState};
use crate::on_either;
use crate::users::{Actor, Role, UserId};
use crate::web::{keys, paths};

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
    /// The form's key, and all that was typed.
    pub key: String,
    pub body: String,
}

/// Why a time could not be had; shown above fresh slots.
#[derive(Debug, thiserror::Error)]
pub enum BookingRefusal {
    #[error("That time has just been taken. Pick another.")]
    Taken,
    #[error("That time is not offered. Pick one of those below.")]
    NotOffered,
    #[error("You have ten requests without an answer. Wait for one first.")]
    TooMany,
    #[error("You have asked already. The answer comes by mail and stands in your bookings.")]
    AskedAlready,
    #[error("You have asked for ten offers that have no answer. Wait for one first.")]
    TooManyAsked,
    #[error("This accountant does not take you as a client at present.")]
    NotTaken,
    #[error("This offer can no longer be accepted.")]
    QuoteGone,
    #[error("This accountant cannot take paid bookings at present. Write to them instead.")]
    NotPayable,
    #[error("You hold three times that are not paid for yet. Pay or cancel one first.")]
    TooManyHeld,
    #[error("Choose how you want to meet.")]
    Mode,
    #[error("Write your phone number: the accountant calls you.")]
    Phone,
    #[error("A booking can be moved three times. Cancel it and book again.")]
    TooManyMoves,
    #[error("It is too late to move this booking. You can still cancel it.")]
    TooLate,
    #[error("This accountant offers no times at present. The booking stands as it is.")]
    NotAtWork,
    #[error("It is too late to propose that time.")]
    TooLateToPropose,
    #[error("That is the time it has already.")]
    SameTime,
    #[error(
        "It is paid by card, so it takes place from three hours from now to sixty days after the \
         charge."
    )]
    OutOfReach,
    #[error("There is no proposal to answer any more.")]
    ProposalGone,
    #[error("Another time is proposed now. Read it before you answer.")]
    ProposalChanged,
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<Cause> for BookingRefusal {
    /// The database decides last.
    fn from(cause: Cause) -> Self {
        match &cause {
            Cause::DatabaseError(kind, said)
                if !matches!(kind, DatabaseErrorKind::UniqueViolation)
                    && (said.message().contains("booking_overlap")
                        || said.constraint_name() == Some("booking_overlap")) =>
            {
                Self::Taken
            }
            _ => Self::Failed(cause.into()),
        }
    }
}

impl From<BookingRefusal> for Error {
    /// Where no times are shown to pick another from.
    fn from(refusal: BookingRefusal) -> Self {
        match refusal {
            BookingRefusal::Failed(error) => error,
            other => Self::conflict(other.to_string()),
        }
    }
}

/// How long a request waits for its answer.
const ANSWER: Span = Span::hours(48);

/// `respond_by` of what is not paid online: two days, and an hour before the start.
pub(super) fn respond_by(requested_at: Instant, start: Instant) -> Instant {
    (requested_at + ANSWER).min(start - Span::hours(1))
}

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
    ) -> Result<String, BookingRefusal> {
        if actor.role != Role::Client {
            return Err(Error::forbidden("Only clients book. Use a client account.").into());
        }
        keys::once(conn, actor.id.0, (&wish.key, &wish.body), actor.now, |conn| {
            Self::begin(conn, actor, desk, wish)
        })
    }

    fn begin(
        conn: &mut Conn,
        actor: &Actor,
        desk: &Notifier,
        wish: &Wish,
    ) -> Result<String, BookingRefusal> {
        let Held { both, accountant, service, quote } = held_service(conn, actor, wish)?;
        let mode = choose(&service, wish.mode)?;
        expire_overlapping(conn, desk, &service, wish.start, actor.now)?;
        let plan = PayPlan::of(conn, wish.online.as_ref(), &service)?;
        let asking = Asking::about(&accountant, &service, Some(actor.id)).paid_by(plan);
        offered(conn, asking, wish.start, actor.now)?;
        Self::check_room(conn, actor.id, actor.now)?;
        let start = Self::start_of(conn, actor, plan, &service, wish.start)?;
        let seal = desk.0.seal();
        let is_called = mode == Mode::Phone && said_of(seal, &accountant, &service, mode)? == CALL;
        if is_called && wish.phone.is_empty() {
            return Err(BookingRefusal::Phone);
        }
        let phone = if is_called { SealedWords::phone(seal, &wish.phone)? } else { None };
        let (booking, terms) =
            Self::insert(conn, actor, &accountant, &service, (mode, phone), start, wish)?;
        let path = paths::booking(booking.id);
        if let Some(quote) = quote {
            quote.used(conn, booking.id)?;
        }
        BookingEvent::new(booking.id, Happened::Requested, By::Client, actor.now)
            .about(booking.starts_at)
            .put(conn)?;
        booking.ask_to_settle(conn, actor.now)?;
        if booking.state == State::Held {
            // the accountant is asked when the card is held
            booking.touch(conn, actor.now)?;
        } else if service.accept == Accept::Instant {
            booking.take(conn, desk, By::System, None, actor.now)?;
        } else {
            booking.touch(conn, actor.now)?;
            let line = BookingRow {
                booking,
                terms,
                client_name: both.0.name.clone(),
                accountant_name: accountant.display_name,
                slug: accountant.slug,
                photo: accountant.photo,
                accountant_called: accountant.called,
                town: accountant.place,
            };
            desk.tell_both(conn, &line, &both, BookingNews::Requested, By::Client, actor.now)?;
        }
        Ok(path)
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

    fn insert(
        conn: &mut Conn,
        actor: &Actor,
        accountant: &Accountant,
        service: &Service,
        (mode, phone): (Mode, Option<Vec<u8>>),
        paid: PaidStart,
        wish: &Wish,
    ) -> Result<(Self, Terms), BookingRefusal> {
        let shape = diary::shape(service);
        let (start, end) = (wish.start, wish.start + shape.duration);
        let id = BookingId::next(actor.now);
        let booking = Self {
            id,
            client_id: actor.id,
            accountant_id: accountant.user_id,
            service_id: service.id,
            state: paid.state,
            pay_mode: paid.mode,
            starts_at: start,
            ends_at: end,
            block_from: start - shape.before,
            block_to: end + shape.after,
            deadline: Some(paid.deadline),
            accepted_at: None,
            requested_at: actor.now,
            changed_at: actor.now,
            wall: start.wall(&accountant.zone),
            zone: accountant.zone.clone(),
            tz_version: crate::clock::tz_version().to_owned(),
            moves: 0,
            sequence: 0,
            proposed_at: None,
            proposed_until: None,
            ended_by: None,
            no_show_at: None,
            complained_at: None,
            complaint: None,
            paid_directly_at: None,
            no_show_objected_at: None,
            no_show_upheld_at: None,
            accountant_absent_at: None,
        };
        on_either!(conn, |c| diesel::insert_into(bookings::table).values(&booking).execute(c))?;
        let terms = agreed(id, service, (mode, phone), wish);
        on_either!(conn, |c| diesel::insert_into(booking_terms::table).values(&terms).execute(c))?;
        Ok((booking, terms))
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
    // while this waited for the rows it may have changed; SQLite's writer waits for nobody
    let service = if conn.is_sqlite() { service } else { Service::by_id(conn, wish.service)? };
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
