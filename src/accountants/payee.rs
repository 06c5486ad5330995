//! Whether an accountant can be paid through Footing. `payments` finds it out and says it here; who
//! books reads it.

use diesel::prelude::*;

use super::schema::payees;
use crate::db::Conn;
use crate::error::Result;
use crate::on_either;
use crate::users::UserId;

crate::word_enum! {
    PayeeState {
        Ready => "ready",
        /// Could be paid, and cannot now.
        Restricted => "restricted",
    }
}

pub struct Payee;

impl Payee {
    /// None for who was never ready in this mode.
    pub fn state(
        conn: &mut Conn,
        accountant: UserId,
        livemode: bool,
    ) -> Result<Option<PayeeState>> {
        Ok(payees::table
            .find((accountant, livemode))
            .select(payees::state)
            .first(conn)
            .optional()?)
    }

    pub fn set(
        conn: &mut Conn,
        accountant: UserId,
        livemode: bool,
        state: PayeeState,
    ) -> Result<()> {
        let row = (
            payees::accountant_id.eq(accountant),
            payees::livemode.eq(livemode),
            payees::state.eq(state),
        );
        on_either!(conn, |c| diesel::insert_into(payees::table)
            .values(row)
            .on_conflict((payees::accountant_id, payees::livemode))
            .do_update()
            .set(payees::state.eq(state))
            .execute(c))?;
        Ok(())
    }
}
