//! The row of a booking as it begins; what only happens later is not in it.

use diesel::prelude::*;

use super::schema::bookings;
use super::{Booking, BookingId, PaidStart, PayMode, State, diary};
use crate::accountants::Accountant;
use crate::clock::Instant;
use crate::db::Conn;
use crate::listings::{Service, ServiceId};
use crate::on_either;
use crate::users::{Actor, UserId};

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = bookings)]
pub struct NewBooking {
    pub id: BookingId,
    pub client_id: UserId,
    pub accountant_id: UserId,
    pub service_id: ServiceId,
    pub state: State,
    pub pay_mode: PayMode,
    pub starts_at: Instant,
    pub ends_at: Instant,
    pub block_from: Instant,
    pub block_to: Instant,
    pub deadline: Instant,
    pub requested_at: Instant,
    pub changed_at: Instant,
    pub wall: String,
    pub zone: String,
    pub tz_version: String,
    pub moves: i32,
    pub sequence: i32,
}

impl NewBooking {
    /// Asked for by the actor, with the length and the buffers of the service.
    pub fn of(
        actor: &Actor,
        accountant: &Accountant,
        service: &Service,
        paid: PaidStart,
        start: Instant,
    ) -> Self {
        let shape = diary::shape(service);
        let end = start + shape.duration;
        Self {
            id: BookingId::next(actor.now),
            client_id: actor.id,
            accountant_id: accountant.user_id,
            service_id: service.id,
            state: paid.state,
            pay_mode: paid.mode,
            starts_at: start,
            ends_at: end,
            block_from: start - shape.before,
            block_to: end + shape.after,
            deadline: paid.deadline,
            requested_at: actor.now,
            changed_at: actor.now,
            wall: start.wall(&accountant.zone),
            zone: accountant.zone.clone(),
            tz_version: crate::clock::tz_version().to_owned(),
            moves: 0,
            sequence: 0,
        }
    }

    /// The row as it stands in the database, which decides last.
    pub fn insert(&self, conn: &mut Conn) -> QueryResult<Booking> {
        on_either!(conn, |c| diesel::insert_into(bookings::table)
            .values(self)
            .returning(Booking::as_returning())
            .get_result(c))
    }
}
