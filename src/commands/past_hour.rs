//! An hour of the past with all its rows, for worlds that are made up.

use diesel::prelude::*;

use crate::bookings::schema::{booking_terms, bookings};
use crate::bookings::{
    Booking, BookingEvent, BookingId, By, Happened, NewBooking, PayMode, State, Terms,
};
use crate::clock::{Instant, Span, tz_version};
use crate::db::Conn;
use crate::error::Result;
use crate::listings::{Mode, Modes, Service};
use crate::on_either;
use crate::users::UserId;

/// An hour of a client with an accountant that began at an instant of the past and took place.
pub fn past_hour(
    conn: &mut Conn,
    (client, accountant): (UserId, UserId),
    service: &Service,
    start: Instant,
) -> Result<Booking> {
    let asked = start - Span::days(3);
    let pending = pending((client, accountant), service, (asked, start));
    pending.insert(conn)?;
    let terms = agreed(pending.id, service);
    on_either!(conn, |c| diesel::insert_into(booking_terms::table).values(&terms).execute(c))?;
    let own = bookings::table.find(pending.id);
    let accepted = asked + Span::hours(2);
    let confirmed = (
        bookings::state.eq(State::Confirmed),
        bookings::accepted_at.eq(Some(accepted)),
        bookings::deadline.eq(None::<Instant>),
    );
    diesel::update(own).set(confirmed).execute(conn)?;
    diesel::update(own).set(bookings::state.eq(State::Completed)).execute(conn)?;
    for (kind, by, at) in [
        (Happened::Requested, By::Client, asked),
        (Happened::Confirmed, By::Accountant, accepted),
        (Happened::Completed, By::System, pending.ends_at),
    ] {
        BookingEvent::new(pending.id, kind, by, at).put(conn)?;
    }
    Booking::by_id(conn, pending.id)
}

fn pending(
    (client_id, accountant_id): (UserId, UserId),
    service: &Service,
    (asked, start): (Instant, Instant),
) -> NewBooking {
    let end = start + Span::minutes(service.duration.into());
    NewBooking {
        id: BookingId::next(asked),
        client_id,
        accountant_id,
        service_id: service.id,
        state: State::Pending,
        pay_mode: PayMode::Direct,
        starts_at: start,
        ends_at: end,
        block_from: start,
        block_to: end,
        deadline: asked + Span::days(2),
        requested_at: asked,
        changed_at: end,
        wall: start.wall("UTC"),
        zone: "UTC".to_owned(),
        tz_version: tz_version().to_owned(),
        moves: 0,
        sequence: 0,
    }
}

fn agreed(booking_id: BookingId, service: &Service) -> Terms {
    Terms {
        booking_id,
        title: service.title.clone(),
        duration: service.duration,
        mode: Modes(service.modes).list().first().copied().unwrap_or(Mode::Video),
        price_minor: service.price_minor,
        currency: service.currency.clone(),
        policy: service.policy,
        policy_words: String::new(),
        note: None,
        answers: None,
        offer_id: None,
        place: None,
        phone: None,
    }
}
