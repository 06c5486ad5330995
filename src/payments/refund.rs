//! Money on its way back to a client.

use diesel::prelude::*;

use super::gateway::objects;
use super::payment::{Payment, PaymentId};
use super::schema::{payments, refunds};
use crate::clock::Instant;
use crate::db::{self, Conn, PreparedCondition, SealedColumn};
use crate::error::{Error, Result};
use crate::on_either;
use crate::seal::Seal;
use crate::users::UserId;

crate::typed_id!(RefundId);

crate::word_enum! {
    /// Who or what returned it.
    RefundCause {
        Policy => "policy",
        Accountant => "accountant",
        Admin => "admin",
        Complaint => "complaint",
        /// It was made at Stripe, by hand.
        Dashboard => "dashboard",
    }
}

crate::word_enum! {
    RefundState {
        Wanted => "wanted",
        Sent => "sent",
        Pending => "pending",
        Succeeded => "succeeded",
        Failed => "failed",
    }
}

impl RefundCause {
    pub fn words(self) -> &'static str {
        match self {
            Self::Policy => "By the terms",
            Self::Accountant => "By the accountant",
            Self::Admin => "By an admin",
            Self::Complaint => "After a complaint",
            Self::Dashboard => "At Stripe, by hand",
        }
    }
}

impl RefundState {
    pub fn words(self) -> &'static str {
        match self {
            Self::Wanted => "Written down",
            Self::Sent | Self::Pending => "On its way",
            Self::Succeeded => "Done",
            Self::Failed => "Did not arrive",
        }
    }
}

/// Money that goes back to the client, in minor units of its payment’s currency. One that fails is
/// repeated by another row, so that each row is one try.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = refunds, treat_none_as_default_value = false)]
pub struct Refund {
    pub id: RefundId,
    pub payment_id: PaymentId,
    /// The payment's, as in every table of money: the database keeps that they are the same.
    pub livemode: bool,
    pub cause: RefundCause,
    pub amount_minor: i64,
    pub state: RefundState,
    pub stripe_id: Option<String>,
    pub by_id: Option<UserId>,
    /// Sealed.
    pub reason: Option<Vec<u8>>,
    pub created_at: Instant,
    pub ended_at: Option<Instant>,
    /// The one that did not arrive, and is paid again with this.
    pub repeats_id: Option<RefundId>,
    /// It pays what left and came back: nothing is reserved for it.
    pub pays_owed: bool,
}

/// A refund that failed, and how much of it the client is still owed, in minor units.
#[derive(Debug, Clone)]
pub struct Owed {
    pub refund: Refund,
    pub amount_minor: i64,
    /// It left and came back, or was to pay what did.
    pub came_back: bool,
}

/// What is to be returned, and on whose word.
#[derive(Debug, Clone)]
pub struct NewRefund {
    pub cause: RefundCause,
    pub amount_minor: i64,
    pub by: Option<UserId>,
    /// Sealed.
    pub reason: Option<Vec<u8>>,
}

impl NewRefund {
    /// On nobody's word.
    pub fn of(cause: RefundCause, amount_minor: i64) -> Self {
        Self { cause, amount_minor, by: None, reason: None }
    }
}

const REASON: &str = "footing/payments/refund-reason/v1";

/// Why somebody returned something, in their words.
pub const SEALED: SealedColumn =
    SealedColumn { table: "refunds", key: "id", column: "reason", purpose: REASON };

impl Refund {
    /// It failed, nothing is in its place, and the client has not got the money otherwise: what left
    /// and came back stands on the account of what is owed, also when what was to pay it again was
    /// refused, and what never left is still there.
    pub const IS_OWED: PreparedCondition = PreparedCondition(
        "refunds.state = 'failed' \
         AND NOT EXISTS (SELECT 1 FROM refunds other WHERE other.repeats_id = refunds.id) \
         AND CASE WHEN refunds.pays_owed OR EXISTS (SELECT 1 FROM journals moved WHERE moved.kind = 'refund' \
                               AND moved.source_id = refunds.stripe_id) \
             THEN 0 <> (SELECT coalesce(sum(owed.amount_minor), 0) FROM postings owed \
                        WHERE owed.booking_id = payments.booking_id \
                        AND owed.account = 'owed_client') \
             ELSE payments.refunded_minor + payments.lost_minor < payments.amount_minor END",
    );

    pub fn of(conn: &mut Conn, payment: PaymentId) -> Result<Vec<Self>> {
        Ok(refunds::table
            .filter(refunds::payment_id.eq(payment))
            .order(refunds::id)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Of one payment, those that failed and that the client is still owed, oldest first.
    pub fn owed(conn: &mut Conn, payment: PaymentId) -> Result<Vec<Self>> {
        Ok(refunds::table
            .inner_join(payments::table.on(payments::id.eq(refunds::payment_id)))
            .filter(refunds::payment_id.eq(payment).and(Self::IS_OWED))
            .order(refunds::id)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Payments with one that has been under way for longer than that.
    pub fn slow(conn: &mut Conn, since: Instant) -> Result<Vec<PaymentId>> {
        Ok(refunds::table
            .filter(refunds::ended_at.is_null().and(refunds::created_at.lt(since)))
            .select(refunds::payment_id)
            .distinct()
            .limit(1000)
            .load(conn)?)
    }

    pub fn by_id(conn: &mut Conn, id: RefundId) -> Result<Self> {
        Ok(refunds::table.find(id).select(Self::as_select()).first(conn)?)
    }

    pub fn has_ended(&self) -> bool {
        matches!(self.state, RefundState::Succeeded | RefundState::Failed)
    }

    fn row(payment: &Payment, new: &NewRefund, now: Instant) -> Self {
        Self {
            id: RefundId::next(now),
            payment_id: payment.id,
            livemode: payment.livemode,
            cause: new.cause,
            amount_minor: new.amount_minor,
            state: RefundState::Wanted,
            stripe_id: None,
            by_id: new.by,
            reason: new.reason.clone(),
            created_at: now,
            ended_at: None,
            repeats_id: None,
            pays_owed: false,
        }
    }

    fn insert(&self, conn: &mut Conn) -> Result<()> {
        on_either!(conn, |c| diesel::insert_into(refunds::table).values(self).execute(c))?;
        Ok(())
    }

    /// Reserves the amount and writes it down. None if so much is not left.
    pub fn begin(
        conn: &mut Conn,
        payment: &Payment,
        new: &NewRefund,
        now: Instant,
    ) -> Result<Option<Self>> {
        if new.amount_minor <= 0 || !payment.reserve(conn, new.amount_minor)? {
            return Ok(None);
        }
        let refund = Self::row(payment, new, now);
        refund.insert(conn)?;
        Ok(Some(refund))
    }

    pub fn seal_reason(seal: &Seal, words: &str) -> Result<Option<Vec<u8>>> {
        if words.is_empty() {
            return Ok(None);
        }
        seal.seal(REASON, words.as_bytes()).map(Some)
    }

    /// Why, in the words of whoever did it.
    pub fn reason(&self, seal: &Seal) -> Result<String> {
        let Some(sealed) = &self.reason else { return Ok(String::new()) };
        String::from_utf8(seal.open(REASON, sealed)?).map_err(Error::internal)
    }

    /// It was asked for, and Stripe has it.
    pub fn note_asked(conn: &mut Conn, id: RefundId, stripe_id: &str) -> Result<()> {
        let unknown = refunds::table.find(id).filter(refunds::stripe_id.is_null());
        let set = (refunds::stripe_id.eq(Some(stripe_id)), refunds::state.eq(RefundState::Sent));
        db::update(unknown, set).execute(conn)?;
        Ok(())
    }

    /// Stripe refused it: an admin decides what becomes of it, and its amount stays reserved.
    pub fn note_refused(conn: &mut Conn, id: RefundId, now: Instant) -> Result<()> {
        let asked = refunds::table.find(id).filter(refunds::stripe_id.is_null());
        let set = (refunds::state.eq(RefundState::Failed), refunds::ended_at.eq(Some(now)));
        db::update(asked, set).execute(conn)?;
        Ok(())
    }

    /// The row of one of Stripe's refunds: known by its id, or by our mark on it. One that was made
    /// at Stripe by hand is entered now.
    pub fn matching(
        conn: &mut Conn,
        payment: &Payment,
        fetched: &objects::FetchedRefund,
        now: Instant,
    ) -> Result<Self> {
        let own = Self::of(conn, payment.id)?;
        let mark = fetched.metadata.as_ref().and_then(|of| of.footing.clone());
        let is_it = |row: &Self| {
            row.stripe_id.as_deref() == Some(&fetched.id)
                || (row.stripe_id.is_none() && mark.as_deref() == Some(&row.id.to_string()))
        };
        if let Some(row) = own.into_iter().find(is_it) {
            return Ok(row);
        }
        let new = NewRefund::of(RefundCause::Dashboard, fetched.amount);
        let row = Self {
            state: RefundState::Sent,
            stripe_id: Some(fetched.id.clone()),
            ..Self::row(payment, &new, now)
        };
        row.insert(conn)?;
        Ok(row)
    }

    /// Follows what Stripe says of it; an end stays. Whether that is news.
    pub fn follow(
        &self,
        conn: &mut Conn,
        fetched: &objects::FetchedRefund,
        now: Instant,
    ) -> Result<bool> {
        let state = match fetched.status.as_deref() {
            Some("succeeded") => RefundState::Succeeded,
            Some("failed" | "canceled") => RefundState::Failed,
            _ => RefundState::Pending,
        };
        let has_ended = matches!(state, RefundState::Succeeded | RefundState::Failed);
        // of two requests for one refund, the second was refused, and the first was done
        let was_made_after_all = self.stripe_id.is_none();
        let ended_at = self.ended_at.filter(|_| !was_made_after_all);
        let set = (
            refunds::state.eq(state),
            refunds::stripe_id.eq(Some(&fetched.id)),
            refunds::ended_at.eq(ended_at.or(has_ended.then_some(now))),
        );
        // one that succeeded can still fail, at the bank of the client; one that failed stays so
        let open = refunds::table
            .find(self.id)
            .filter(refunds::state.ne(RefundState::Failed).or(refunds::stripe_id.is_null()));
        db::update(open, set).execute(conn)?;
        Ok(state != self.state && (self.state != RefundState::Failed || was_made_after_all))
    }
}

impl Owed {
    fn row(&self, payment: &Payment, new: &NewRefund, now: Instant) -> Refund {
        Refund {
            repeats_id: Some(self.refund.id),
            pays_owed: self.came_back,
            amount_minor: self.amount_minor,
            ..Refund::row(payment, new, now)
        }
    }

    /// Pays it again through Stripe.
    pub fn repeat(
        &self,
        conn: &mut Conn,
        payment: &Payment,
        new: &NewRefund,
        now: Instant,
    ) -> Result<()> {
        self.row(payment, new, now).insert(conn)
    }

    /// It was paid outside Stripe, by hand.
    pub fn settle(
        &self,
        conn: &mut Conn,
        payment: &Payment,
        new: &NewRefund,
        now: Instant,
    ) -> Result<Refund> {
        let done = Refund {
            state: RefundState::Succeeded,
            ended_at: Some(now),
            ..self.row(payment, new, now)
        };
        done.insert(conn)?;
        Ok(done)
    }
}
