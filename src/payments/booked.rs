//! Payments beside the bookings that they are for: what is still to be settled, and who paid with the
//! same card. Reads only.

use std::collections::HashSet;

use diesel::prelude::*;

use super::card::PaidCard;
use super::payment::{IS_LIVE, Payment};
use super::schema::{payment_cards, payments};
use crate::bookings::schema::bookings;
use crate::bookings::{BookingId, PayMode, State};
use crate::db::Conn;
use crate::error::Result;
use crate::users::UserId;

impl Payment {
    /// Bookings that are paid online and not over with their money, oldest first from just after
    /// `last`: those that wait, and those whose payment is still live.
    pub fn unsettled(conn: &mut Conn, last: BookingId, most: i64) -> Result<Vec<BookingId>> {
        let is_live = IS_LIVE.and(payments::closed_at.is_null());
        Ok(bookings::table
            .left_join(payments::table.on(payments::booking_id.eq(bookings::id).and(is_live)))
            .filter(bookings::pay_mode.eq_any([PayMode::Hold, PayMode::AfterAccept]))
            .filter(
                payments::id
                    .is_not_null()
                    .or(bookings::state.eq_any([State::Held, State::Pending])),
            )
            .filter(bookings::id.gt(last))
            .order(bookings::id)
            .limit(most)
            .select(bookings::id)
            .distinct()
            .load(conn)?)
    }

    /// Bookings of an accountant whose money was released and is not settled.
    pub fn unsent(conn: &mut Conn, accountant: UserId, livemode: bool) -> Result<Vec<BookingId>> {
        Ok(payments::table
            .inner_join(bookings::table.on(bookings::id.eq(payments::booking_id)))
            .filter(bookings::accountant_id.eq(accountant).and(payments::livemode.eq(livemode)))
            .filter(payments::released_at.is_not_null().and(payments::closed_at.is_null()))
            .order(payments::id)
            .limit(1000)
            .select(payments::booking_id)
            .load(conn)?)
    }
}

impl PaidCard {
    /// Everybody else who paid with a card of this person's.
    pub fn others(conn: &mut Conn, person: UserId) -> Result<HashSet<UserId>> {
        let paid = payment_cards::table
            .inner_join(payments::table.on(payments::id.eq(payment_cards::payment_id)))
            .inner_join(bookings::table.on(bookings::id.eq(payments::booking_id)));
        let own: Vec<Vec<u8>> = paid
            .filter(bookings::client_id.eq(person))
            .select(payment_cards::mark)
            .limit(1_000)
            .load(conn)?;
        let others: Vec<UserId> = paid
            .filter(payment_cards::mark.eq_any(own).and(bookings::client_id.ne(person)))
            .select(bookings::client_id)
            .limit(1_000)
            .load(conn)?;
        Ok(others.into_iter().collect())
    }
}
