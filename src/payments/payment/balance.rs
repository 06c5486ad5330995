//! What of a payment is whose, and the marks that say so on its row.

use diesel::prelude::*;

use super::{IS_LIVE, Payment, PaymentState};
use crate::clock::Instant;
use crate::db::{self, Conn};
use crate::error::Result;
use crate::payments::commission::{Rates, Split};
use crate::payments::schema::payments;

impl Payment {
    pub fn split(&self) -> Split {
        let bps = |value: i32| u16::try_from(value).unwrap_or(0);
        let rates = Rates { commission_bps: bps(self.commission_bps), vat_bps: bps(self.vat_bps) };
        Split::new(self.amount_minor, rates)
    }

    /// The money has its owners from now on. Whether it had none before.
    pub fn release(&self, conn: &mut Conn, now: Instant) -> Result<bool> {
        let held = payments::table
            .find(self.id)
            .filter(payments::released_at.is_null().and(payments::frozen.is_null()));
        let set =
            (payments::released_at.eq(Some(now)), payments::version.eq(payments::version + 1));
        Ok(db::update(held, set).execute(conn)? == 1)
    }

    /// Notes that nothing more is to come of it by itself, or that something is.
    pub fn close(&self, conn: &mut Conn, at: Option<Instant>) -> Result<()> {
        if self.closed_at.is_some() == at.is_some() {
            return Ok(());
        }
        db::update(payments::table.find(self.id), payments::closed_at.eq(at)).execute(conn)?;
        Ok(())
    }

    /// An admin has decided about the complaint: the money goes on. Whether that is new.
    pub fn decide(&self, conn: &mut Conn, now: Instant) -> Result<bool> {
        let open = payments::table.find(self.id).filter(payments::decided_at.is_null());
        let set = (payments::decided_at.eq(Some(now)), payments::version.eq(payments::version + 1));
        Ok(db::update(open, set).execute(conn)? == 1)
    }

    /// How many open payments cannot be followed, as the key is gone or of the other mode.
    pub fn waiting_for_a_key(conn: &mut Conn, livemode: Option<bool>) -> Result<i64> {
        let was_recorded = payments::session_id.like("cs_recorded_%");
        let open = payments::table
            .filter(IS_LIVE.and(payments::closed_at.is_null()))
            .filter(payments::session_id.is_null().or(diesel::dsl::not(was_recorded)));
        Ok(match livemode {
            Some(own) => open.filter(payments::livemode.ne(own)).count().get_result(conn)?,
            None => open.count().get_result(conn)?,
        })
    }

    /// Gives up what an accountant would have to give back.
    pub fn write_off(&self, conn: &mut Conn, amount_minor: i64) -> Result<()> {
        let set = (
            payments::written_off_minor.eq(payments::written_off_minor + amount_minor),
            payments::version.eq(payments::version + 1),
        );
        db::update(payments::table.find(self.id), set).execute(conn)?;
        Ok(())
    }

    /// What has been returned or lost for good so far, in minor units.
    pub fn gone_minor(&self) -> i64 {
        self.refunded_minor + self.lost_minor
    }

    /// Of what is reserved, so much is not to return. Whether it was reserved.
    pub fn unreserve(&self, conn: &mut Conn, amount_minor: i64) -> Result<bool> {
        let reserved = payments::table
            .find(self.id)
            .filter(payments::reserved_minor.ge(payments::refunded_minor + amount_minor));
        let set = (
            payments::reserved_minor.eq(payments::reserved_minor - amount_minor),
            payments::version.eq(payments::version + 1),
        );
        Ok(db::update(reserved, set).execute(conn)? == 1)
    }

    /// Reserves an amount to return, if so much is left. Whether it is reserved.
    pub fn reserve(&self, conn: &mut Conn, amount_minor: i64) -> Result<bool> {
        let enough = payments::reserved_minor + payments::lost_minor;
        let room = payments::table
            .find(self.id)
            .filter(payments::state.eq(PaymentState::Captured))
            .filter(enough.le(payments::amount_minor - amount_minor));
        let set = (
            payments::reserved_minor.eq(payments::reserved_minor + amount_minor),
            payments::version.eq(payments::version + 1),
        );
        Ok(db::update(room, set).execute(conn)? == 1)
    }
}
