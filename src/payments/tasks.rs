//! What a person must decide about money: worked out from how things stand, so that it is gone when
//! it is done. Oldest first within each kind.

use diesel::prelude::*;

use super::balance_line::BalanceLine;
use super::dispute::{Dispute, DisputeStatus};
use super::operation::{Operation, OperationKind, OperationState};
use super::payment::{Freeze, Payment, PaymentId};
use super::refund::Refund;
use super::schema::{payments, refunds, stripe_operations as operations, transfers};
use super::webhook::StripeEvent;
use crate::bookings::schema::bookings;
use crate::clock::{Instant, Span};
use crate::db::{Conn, PreparedCondition};
use crate::error::Result;

/// Longest that a list of one kind is.
const MOST: i64 = 100;
/// A complaint that is older is overdue.
const DECIDE_IN: Span = Span::days(14);

/// Something to decide.
#[derive(Debug, Clone)]
pub struct Task {
    /// None for what is about no single payment.
    pub payment: Option<PaymentId>,
    pub words: String,
    pub since: Instant,
    /// Until when it must be decided.
    pub due: Option<Instant>,
}

impl Task {
    fn of(payment: PaymentId, words: &str, since: Instant) -> Self {
        Self { payment: Some(payment), words: words.to_owned(), since, due: None }
    }

    pub fn is_overdue(&self, now: &Instant) -> bool {
        self.due.is_some_and(|due| due <= *now)
    }
}

/// The transfer is the last of its payment, and was refused.
const IS_LAST_REFUSED: PreparedCondition = PreparedCondition(
    "NOT EXISTS (SELECT 1 FROM transfers later WHERE later.payment_id = transfers.payment_id \
     AND later.id > transfers.id) AND EXISTS (SELECT 1 FROM stripe_operations asked \
     WHERE asked.kind = 'transfer' AND asked.subject_id = transfers.id \
     AND asked.state = 'refused')",
);

/// All tasks of one mode.
pub fn all(conn: &mut Conn, livemode: bool, now: Instant) -> Result<Vec<Task>> {
    let mut tasks = complaints(conn, livemode)?;
    tasks.extend(disputed(conn, livemode)?);
    tasks.extend(odd_payments(conn, livemode)?);
    tasks.extend(failed_refunds(conn, livemode)?);
    tasks.extend(refused_transfers(conn, livemode)?);
    tasks.extend(refused_reversals(conn, livemode, now)?);
    tasks.extend(slow_operations(conn, livemode, now)?);
    tasks.extend(beside_payments(conn, livemode)?);
    Ok(tasks)
}

/// True of what was charged and is not passed on yet, in the words of its index.
const IS_HELD: PreparedCondition = PreparedCondition(
    "payments.state = 'captured' AND payments.decided_at IS NULL AND payments.released_at IS NULL",
);

fn complaints(conn: &mut Conn, livemode: bool) -> Result<Vec<Task>> {
    let open: Vec<(PaymentId, Option<Instant>)> = payments::table
        .inner_join(bookings::table.on(bookings::id.eq(payments::booking_id)))
        .filter(IS_HELD.and(payments::livemode.eq(livemode)))
        .filter(bookings::complained_at.is_not_null())
        .order(bookings::complained_at)
        .limit(MOST)
        .select((payments::id, bookings::complained_at))
        .load(conn)?;
    let task = |(id, at): (PaymentId, Option<Instant>)| {
        let since = at?;
        let words = "The client complains: return the price or release it";
        Some(Task { due: Some(since + DECIDE_IN), ..Task::of(id, words, since) })
    };
    Ok(open.into_iter().filter_map(task).collect())
}

fn disputed(conn: &mut Conn, livemode: bool) -> Result<Vec<Task>> {
    let words = |status| match status {
        DisputeStatus::Inquiry => {
            "The client's bank asks about the charge: a refund now ends that before it costs a fee"
        }
        _ => "The client's bank disputes the charge: file evidence in Stripe's dashboard",
    };
    let task = |of: Dispute| Task {
        due: of.due_by,
        ..Task::of(of.payment_id, words(of.status), of.opened_at)
    };
    Ok(Dispute::open(conn, livemode)?.into_iter().map(task).collect())
}

fn odd_payments(conn: &mut Conn, livemode: bool) -> Result<Vec<Task>> {
    let odd = payments::frozen
        .is_not_null()
        .or(payments::settled_in.is_not_null().and(payments::closed_at.is_null()));
    let found: Vec<Payment> = payments::table
        .filter(payments::livemode.eq(livemode))
        .filter(odd.assume_not_null())
        .order(payments::id)
        .limit(MOST)
        .select(Payment::as_select())
        .load(conn)?;
    let words = |payment: &Payment| match payment.frozen {
        Some(Freeze::Mismatch) => "Stripe's amount, currency or mark is not ours: look at both",
        Some(Freeze::Complaint | Freeze::Dispute) => "Its money is frozen",
        None => "Stripe settled the charge in another currency: settle it by hand",
    };
    Ok(found
        .iter()
        .map(|payment| Task::of(payment.id, words(payment), payment.created_at))
        .collect())
}

fn failed_refunds(conn: &mut Conn, livemode: bool) -> Result<Vec<Task>> {
    let failed: Vec<(PaymentId, Option<Instant>, Instant)> = refunds::table
        .inner_join(payments::table.on(payments::id.eq(refunds::payment_id)))
        .filter(payments::livemode.eq(livemode).and(Refund::IS_OWED))
        .order(refunds::id)
        .limit(MOST)
        .select((refunds::payment_id, refunds::ended_at, refunds::created_at))
        .load(conn)?;
    let words = "A refund did not arrive: retry it, or settle it by hand";
    let task = |(id, ended, created): (PaymentId, Option<Instant>, Instant)| {
        Task::of(id, words, ended.unwrap_or(created))
    };
    Ok(failed.into_iter().map(task).collect())
}

fn refused_transfers(conn: &mut Conn, livemode: bool) -> Result<Vec<Task>> {
    let refused: Vec<(PaymentId, Instant)> = transfers::table
        .inner_join(payments::table.on(payments::id.eq(transfers::payment_id)))
        .filter(payments::livemode.eq(livemode).and(payments::closed_at.is_null()))
        .filter(IS_LAST_REFUSED)
        .order(transfers::id)
        .limit(MOST)
        .select((transfers::payment_id, transfers::created_at))
        .load(conn)?;
    let words = "Stripe refused to send the accountant's part: retry it when the cause is mended";
    Ok(refused.into_iter().map(|(id, at)| Task::of(id, words, at)).collect())
}

fn refused_reversals(conn: &mut Conn, livemode: bool, now: Instant) -> Result<Vec<Task>> {
    let old: Vec<(Option<PaymentId>, Instant)> = operations::table
        .inner_join(payments::table.on(operations::payment_id.eq(payments::id.nullable())))
        .filter(
            operations::kind
                .eq(OperationKind::Reversal)
                .and(operations::state.eq(OperationState::Refused)),
        )
        .filter(payments::livemode.eq(livemode).and(payments::closed_at.is_null()))
        .filter(operations::created_at.le(now - Span::days(30)))
        .order(operations::id)
        .limit(MOST)
        .select((operations::payment_id, operations::created_at))
        .load(conn)?;
    let words = "The accountant's part does not come back: write it off, or retry";
    let mut tasks: Vec<Task> = vec![];
    for (id, at) in old {
        if tasks.iter().all(|task| task.payment != id) {
            tasks.push(Task { payment: id, words: words.to_owned(), since: at, due: None });
        }
    }
    Ok(tasks)
}

fn slow_operations(conn: &mut Conn, livemode: bool, now: Instant) -> Result<Vec<Task>> {
    let open = Operation::open(conn, livemode)?.into_iter();
    let slow = open.filter(|one| one.created_at <= now - Span::days(1));
    let task = |one: Operation| Task {
        payment: one.payment_id,
        words: format!("{} has had no clear answer from Stripe for a day", one.kind.words()),
        since: one.created_at,
        due: None,
    };
    Ok(slow.take(100).map(task).collect())
}

/// What hangs on no payment of ours.
fn beside_payments(conn: &mut Conn, livemode: bool) -> Result<Vec<Task>> {
    let events = StripeEvent::dead(conn, livemode)?.into_iter().map(|event| Task {
        payment: None,
        words: format!("The notice {} ({}) could not be followed", event.id, event.kind),
        since: event.received_at,
        due: None,
    });
    let lines = BalanceLine::unknown(conn, livemode)?.into_iter().map(|line| Task {
        payment: None,
        words: format!("Stripe's books have {} ({}), and ours do not", line.id, line.kind),
        since: line.at,
        due: None,
    });
    Ok(events.chain(lines).collect())
}

/// How many complaints have waited for too long.
pub fn overdue(conn: &mut Conn, livemode: bool, now: Instant) -> Result<usize> {
    Ok(complaints(conn, livemode)?.iter().filter(|task| task.is_overdue(&now)).count())
}
