//! Money on its way to an accountant, and what of it comes back.

use diesel::prelude::*;

use super::account::{AccountId, LOOK_AT_ACCOUNT};
use super::gateway::objects;
use super::operation::{Operation, OperationKind};
use super::payment::{Payment, PaymentId};
use super::schema::{reversals, transfers};
use crate::clock::Instant;
use crate::db::{self, Conn};
use crate::error::Result;
use crate::on_either;

crate::typed_id!(TransferId);
crate::typed_id!(ReversalId);

/// The accountant’s share of one payment on its way to their account at Stripe, in minor units of the
/// payment’s currency.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = transfers, treat_none_as_default_value = false)]
pub struct Transfer {
    pub id: TransferId,
    pub payment_id: PaymentId,
    pub livemode: bool,
    pub account_id: AccountId,
    pub amount_minor: i64,
    /// None until Stripe has answered.
    pub stripe_id: Option<String>,
    pub created_at: Instant,
}

/// A part of a transfer that is taken back.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = reversals, treat_none_as_default_value = false)]
pub struct Reversal {
    pub id: ReversalId,
    pub transfer_id: TransferId,
    pub livemode: bool,
    pub amount_minor: i64,
    pub stripe_id: Option<String>,
    pub created_at: Instant,
}

impl Transfer {
    pub fn begin(
        conn: &mut Conn,
        payment: &Payment,
        account: AccountId,
        amount_minor: i64,
        now: Instant,
    ) -> Result<Self> {
        let row = Self {
            id: TransferId::next(now),
            payment_id: payment.id,
            livemode: payment.livemode,
            account_id: account,
            amount_minor,
            stripe_id: None,
            created_at: now,
        };
        on_either!(conn, |c| diesel::insert_into(transfers::table).values(&row).execute(c))?;
        Ok(row)
    }

    pub fn note_made(conn: &mut Conn, id: TransferId, stripe_id: &str) -> Result<()> {
        let unknown = transfers::table.find(id).filter(transfers::stripe_id.is_null());
        db::update(unknown, transfers::stripe_id.eq(Some(stripe_id))).execute(conn)?;
        Ok(())
    }

    /// A transfer that Stripe refused is tried anew.
    pub fn forget_refused(conn: &mut Conn, payment: PaymentId) -> Result<()> {
        Operation::replace_refused(conn, payment, OperationKind::Transfer)
    }

    /// Stripe says that its account cannot be paid: that is looked at.
    pub fn look_at_account(conn: &mut Conn, id: TransferId, now: Instant) -> Result<()> {
        let account: AccountId =
            transfers::table.find(id).select(transfers::account_id).first(conn)?;
        LOOK_AT_ACCOUNT.enqueue(conn, account, now)
    }

    /// All of one payment, oldest first.
    pub fn of(conn: &mut Conn, payment: PaymentId) -> Result<Vec<Self>> {
        Ok(transfers::table
            .filter(transfers::payment_id.eq(payment))
            .order(transfers::id)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// The row of one of Stripe's, by its id or our mark on it. One that is not ours is none.
    pub fn matching(
        conn: &mut Conn,
        payment: &Payment,
        fetched: &objects::FetchedTransfer,
    ) -> Result<Option<Self>> {
        let mark = fetched.metadata.as_ref().and_then(|of| of.footing.clone());
        let row = Self::of(conn, payment.id)?.into_iter().find(|row| {
            row.stripe_id.as_deref() == Some(&fetched.id)
                || mark.as_deref() == Some(&row.id.to_string())
        });
        if let Some(row) = &row {
            let unknown = transfers::table.find(row.id).filter(transfers::stripe_id.is_null());
            db::update(unknown, transfers::stripe_id.eq(Some(&fetched.id))).execute(conn)?;
        }
        Ok(row)
    }
}

impl Reversal {
    pub fn begin(
        conn: &mut Conn,
        transfer: &Transfer,
        amount_minor: i64,
        now: Instant,
    ) -> Result<Self> {
        let row = Self {
            id: ReversalId::next(now),
            transfer_id: transfer.id,
            livemode: transfer.livemode,
            amount_minor,
            stripe_id: None,
            created_at: now,
        };
        on_either!(conn, |c| diesel::insert_into(reversals::table).values(&row).execute(c))?;
        Ok(row)
    }

    /// All of one payment, oldest first.
    pub fn of(conn: &mut Conn, payment: PaymentId) -> Result<Vec<Self>> {
        Ok(reversals::table
            .inner_join(transfers::table.on(transfers::id.eq(reversals::transfer_id)))
            .filter(transfers::payment_id.eq(payment))
            .order(reversals::id)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// A reversal that Stripe refused is tried anew.
    pub fn forget_refused(conn: &mut Conn, payment: PaymentId) -> Result<()> {
        Operation::replace_refused(conn, payment, OperationKind::Reversal)
    }

    pub fn note_made(conn: &mut Conn, id: ReversalId, stripe_id: &str) -> Result<()> {
        let unknown = reversals::table.find(id).filter(reversals::stripe_id.is_null());
        db::update(unknown, reversals::stripe_id.eq(Some(stripe_id))).execute(conn)?;
        Ok(())
    }
}
