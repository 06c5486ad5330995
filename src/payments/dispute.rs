//! A bank asks for the money of a charge back. While it does, nothing of it is anybody's.

use diesel::prelude::*;

use super::gateway::objects::FetchedDispute;
use super::payment::{Payment, PaymentId};
use super::schema::disputes;
use crate::clock::Instant;
use crate::db::{self, Conn};
use crate::error::Result;
use crate::on_either;

crate::typed_id!(DisputeId);

crate::word_enum! {
    DisputeStatus {
        /// The bank only asks. Money can still be returned, which ends it before it costs anything.
        Inquiry => "inquiry",
        Open => "open",
        Won => "won",
        Lost => "lost",
        /// An inquiry that ended, or a dispute that was prevented.
        Over => "over",
    }
}

impl DisputeStatus {
    /// By Stripe's word for it. One that we do not know keeps the money where it is.
    pub fn of(word: &str) -> Self {
        match word {
            "won" => Self::Won,
            "lost" => Self::Lost,
            "warning_closed" | "prevented" => Self::Over,
            word if word.starts_with("warning_") => Self::Inquiry,
            _ => Self::Open,
        }
    }

    pub fn has_ended(self) -> bool {
        matches!(self, Self::Won | Self::Lost | Self::Over)
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Inquiry => "The bank asks about the charge",
            Self::Open => "Disputed",
            Self::Won => "Dispute won",
            Self::Lost => "Dispute lost",
            Self::Over => "Dispute ended",
        }
    }
}

/// A bank’s objection to a charge. What it takes is in minor units of the payment’s currency.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = disputes, treat_none_as_default_value = false)]
pub struct Dispute {
    pub id: DisputeId,
    pub payment_id: PaymentId,
    pub livemode: bool,
    pub stripe_id: String,
    pub status: DisputeStatus,
    pub amount_minor: i64,
    /// Withdrawn by the bank, and not given back.
    pub taken_minor: i64,
    /// Until when Stripe takes evidence.
    pub due_by: Option<Instant>,
    pub opened_at: Instant,
    pub ended_at: Option<Instant>,
}

impl Dispute {
    pub fn of(conn: &mut Conn, payment: PaymentId) -> Result<Vec<Self>> {
        Ok(disputes::table
            .filter(disputes::payment_id.eq(payment))
            .order(disputes::id)
            .select(Self::as_select())
            .load(conn)?)
    }

    pub fn payment_of(conn: &mut Conn, stripe_id: &str) -> Result<Option<PaymentId>> {
        Ok(disputes::table
            .filter(disputes::stripe_id.eq(stripe_id))
            .select(disputes::payment_id)
            .first(conn)
            .optional()?)
    }

    /// All that are not decided, for admins; those first whose time for evidence ends first.
    pub fn open(conn: &mut Conn, livemode: bool) -> Result<Vec<Self>> {
        use super::schema::payments;
        Ok(disputes::table
            .inner_join(payments::table.on(payments::id.eq(disputes::payment_id)))
            .filter(disputes::ended_at.is_null().and(payments::livemode.eq(livemode)))
            .order((disputes::due_by, disputes::id))
            .limit(200)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Follows what was fetched: the row, and whether its status is news.
    pub fn follow(
        conn: &mut Conn,
        payment: &Payment,
        fetched: &FetchedDispute,
        now: Instant,
    ) -> Result<(Self, bool)> {
        let status = DisputeStatus::of(&fetched.status);
        let taken_minor: i64 = fetched.balance_transactions.iter().map(|line| -line.amount).sum();
        let due_by = fetched.evidence_details.as_ref().and_then(|details| details.due_by);
        let due_by = due_by.map(|at| Instant::from_micros(at.saturating_mul(1_000_000)));
        let known = disputes::table.filter(disputes::stripe_id.eq(&fetched.id));
        let known: Option<Self> = known.select(Self::as_select()).first(conn).optional()?;
        let ended_at = status.has_ended().then_some(now);
        let Some(known) = known else {
            let row = Self {
                id: DisputeId::next(now),
                payment_id: payment.id,
                livemode: payment.livemode,
                stripe_id: fetched.id.clone(),
                status,
                amount_minor: fetched.amount,
                taken_minor,
                due_by,
                opened_at: now,
                ended_at,
            };
            on_either!(conn, |c| diesel::insert_into(disputes::table).values(&row).execute(c))?;
            return Ok((row, true));
        };
        let is_news = known.status != status;
        let ended_at = if is_news { ended_at } else { known.ended_at };
        let row = Self { status, taken_minor, due_by, ended_at, ..known };
        let set = (
            disputes::status.eq(status),
            disputes::taken_minor.eq(taken_minor),
            disputes::due_by.eq(due_by),
            disputes::ended_at.eq(ended_at),
        );
        db::update(disputes::table.find(row.id), set).execute(conn)?;
        Ok((row, is_news))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_stripes_that_is_new_keeps_the_money_where_it_is() {
        assert_eq!(DisputeStatus::of("something_new"), DisputeStatus::Open);
        assert_eq!(DisputeStatus::of("warning_under_review"), DisputeStatus::Inquiry);
        assert_eq!(DisputeStatus::of("warning_closed"), DisputeStatus::Over);
        assert!(!DisputeStatus::of("needs_response").has_ended());
    }
}
