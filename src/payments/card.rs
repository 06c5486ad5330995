//! Which card paid, as a keyed hash of what Stripe tells cards by: enough to see that two payments
//! came from one, and nothing else.

use diesel::prelude::*;

use super::look::Facts;
use super::payment::PaymentId;
use super::schema::payment_cards;
use crate::db::Conn;
use crate::error::Result;
use crate::on_either;
use crate::seal::Seal;

/// The card of one payment.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = payment_cards)]
pub struct PaidCard {
    pub payment_id: PaymentId,
    pub mark: Vec<u8>,
}

impl PaidCard {
    /// Keeps the mark of the card that was charged or held, once.
    pub(super) fn note(conn: &mut Conn, seal: &Seal, id: PaymentId, facts: &Facts) -> Result<()> {
        let charge = facts.intent.as_ref().and_then(|intent| intent.latest_charge.as_ref());
        let card = charge
            .and_then(|charge| charge.payment_method_details.as_ref())
            .and_then(|details| details.card.as_ref());
        let Some(print) = card.and_then(|card| card.fingerprint.as_deref()) else { return Ok(()) };
        let mark = seal.hash("footing/card/v1", print.as_bytes()).to_vec();
        let row = Self { payment_id: id, mark };
        on_either!(conn, |c| diesel::insert_into(payment_cards::table)
            .values(&row)
            .on_conflict_do_nothing()
            .execute(c))?;
        Ok(())
    }
}
