//! Stripe's own books, line by line, beside ours.

use diesel::prelude::*;

use super::gateway::objects::ListedLine;
use super::journals::{Journal, Movement};
use super::ledger;
use super::schema::{balance_lines as lines, journals};
use crate::clock::Instant;
use crate::db::{self, Conn, PreparedCondition};
use crate::error::Result;
use crate::on_either;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = lines, treat_none_as_default_value = false)]
pub struct BalanceLine {
    /// Stripe's own.
    pub id: String,
    pub livemode: bool,
    pub kind: String,
    /// The charge, refund, transfer … that moved the money.
    pub source_id: Option<String>,
    pub currency: String,
    /// What it changed on the balance, after fees.
    pub net_minor: i64,
    pub at: Instant,
    /// Whether the ledger has it.
    pub is_known: bool,
}

const IS_UNKNOWN: PreparedCondition = PreparedCondition("NOT balance_lines.is_known");

impl BalanceLine {
    /// What hangs on a payment: the look at it enters these, and one that it did not enter is a
    /// difference.
    const OF_PAYMENTS: [&str; 10] = [
        "charge",
        "payment",
        "refund",
        "payment_refund",
        "refund_failure",
        "payment_failure_refund",
        "transfer",
        "transfer_refund",
        "transfer_cancel",
        "adjustment",
    ];

    /// When the newest was made.
    pub fn latest(conn: &mut Conn, livemode: bool) -> Result<Option<Instant>> {
        let own = lines::table.filter(lines::livemode.eq(livemode)).order(lines::at.desc());
        Ok(own.select(lines::at).first(conn).optional()?)
    }

    /// Keeps a line. What is the platform's alone, such as a payout, enters the ledger with it.
    pub fn keep(conn: &mut Conn, livemode: bool, line: &ListedLine, now: Instant) -> Result<bool> {
        let row = Self {
            id: line.id.clone(),
            livemode,
            kind: line.kind.clone(),
            source_id: line.source.clone(),
            currency: line.currency.to_uppercase(),
            net_minor: line.net,
            at: Instant::from_micros(line.created.saturating_mul(1_000_000)),
            is_known: false,
        };
        let kept = on_either!(conn, |c| diesel::insert_into(lines::table)
            .values(&row)
            .on_conflict_do_nothing()
            .execute(c))?;
        if kept == 1 && !Self::OF_PAYMENTS.contains(&row.kind.as_str()) {
            row.enter(conn, now)?;
        }
        Ok(kept == 1)
    }

    fn enter(&self, conn: &mut Conn, now: Instant) -> Result<()> {
        let movement = Movement {
            source_id: self.id.clone(),
            livemode: self.livemode,
            at: self.at,
            currency: self.currency.clone(),
            booking: None,
        };
        let journal = match self.kind.as_str() {
            "payout" | "payout_failure" | "payout_cancel" => {
                Journal::payout(movement, -self.net_minor)
            }
            _ => Journal::other(movement, self.net_minor),
        };
        ledger::post(conn, &journal, now)?;
        Ok(())
    }

    /// Looks up which of those that were not known stand in the ledger now: by their own id, or by
    /// what moved the money.
    pub fn compare(conn: &mut Conn, livemode: bool) -> Result<()> {
        let source = lines::source_id.assume_not_null();
        let entered = journals::table
            .filter(journals::source_id.eq(lines::id).or(journals::source_id.eq(source)))
            .select(journals::id);
        let known = lines::table
            .filter(IS_UNKNOWN.and(lines::livemode.eq(livemode)))
            .filter(diesel::dsl::exists(entered))
            .select(lines::id);
        let known: Vec<String> = known.limit(10_000).load(conn)?;
        for id in known {
            db::update(lines::table.find(id), lines::is_known.eq(true)).execute(conn)?;
        }
        Ok(())
    }

    /// Lines of Stripe's that the ledger does not have.
    pub fn unknown(conn: &mut Conn, livemode: bool) -> Result<Vec<Self>> {
        Ok(lines::table
            .filter(IS_UNKNOWN.and(lines::livemode.eq(livemode)))
            .order(lines::id)
            .limit(200)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// What all lines come to, by currency.
    pub fn totals(conn: &mut Conn, livemode: bool) -> Result<Vec<(String, i64)>> {
        use diesel::dsl::sql;
        use diesel::sql_types::BigInt;
        Ok(lines::table
            .filter(lines::livemode.eq(livemode))
            .group_by(lines::currency)
            .order(lines::currency)
            .select((lines::currency, sql::<BigInt>("CAST(SUM(net_minor) AS BIGINT)")))
            .load(conn)?)
    }
}
