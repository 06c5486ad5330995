//! What follows from what Stripe says: of an answer for the row that was asked about, and of what was
//! fetched for payment, books and booking. Each in the transaction of whoever heard it.

use super::account::{AccountId, PayoutAccount};
use super::books;
use super::card::PaidCard;
use super::follow::Follow;
use super::funds;
use super::gateway::StripeAnswer;
use super::gateway::objects::CreatedObject;
use super::look::{self, Facts};
use super::notify;
use super::operation::{Operation, OperationKind};
use super::payment::{Payment, PaymentState};
use super::refund::{Refund, RefundId};
use super::transfer::{Reversal, ReversalId, Transfer, TransferId};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;

/// Brings row, books and booking up to what was fetched, in one transaction. Where the row has
/// changed meanwhile nothing is done, and it is looked at again.
pub(super) fn apply(
    follow: &Follow<'_>,
    conn: &mut Conn,
    seen: &Payment,
    facts: &Facts,
    now: Instant,
) -> Result<bool> {
    let current = Payment::by_id(conn, seen.id)?;
    if current.version != seen.version {
        Payment::mark(conn, seen.id, now)?;
        return Ok(false);
    }
    let mut next = look::apply(seen, facts, now);
    let news = books::enter(conn, &mut next, facts, now)?;
    if !next.save(conn, seen)? {
        return Err(crate::error::Error::Busy);
    }
    PaidCard::note(conn, follow.desk.0.seal(), next.id, facts)?;
    notify::tell(conn, follow.desk, &next, &news, now)?;
    follow.settle(conn, seen.booking_id, now)?;
    Ok(true)
}

/// What an answer means for the row that was asked about.
pub(super) fn follow_answer(
    follow: &Follow<'_>,
    conn: &mut Conn,
    operation: &Operation,
    answer: &StripeAnswer<CreatedObject>,
    now: Instant,
) -> Result<()> {
    let Some(id) = operation.payment_id else {
        return follow_account(conn, operation, answer, now);
    };
    note_row(conn, operation, answer, now)?;
    match answer {
        StripeAnswer::Done(made) if operation.kind == OperationKind::CreateSession => {
            let payment = Payment::by_id(conn, id)?;
            let seal = follow.desk.0.seal();
            let url = made.url.as_deref().filter(|url| follow.gateway.is_checkout(url));
            payment.note_session(conn, seal, &made.id, url, now)
        }
        // whatever the cause, nobody can pay on a page that is not made
        StripeAnswer::Refused { .. } if operation.kind == OperationKind::CreateSession => {
            let payment = Payment::by_id(conn, id)?;
            if payment.state == PaymentState::Created {
                let lapsed = Payment { state: PaymentState::Lapsed, ..payment.clone() };
                lapsed.save(conn, &payment)?;
            }
            follow.settle(conn, payment.booking_id, now)
        }
        // the thing itself tells what a yes or a no has come to
        StripeAnswer::Done(_) | StripeAnswer::Refused { .. } => {
            Payment::mark(conn, id, now)?;
            let booking = Payment::by_id(conn, id)?.booking_id;
            follow.settle(conn, booking, now)
        }
        StripeAnswer::Stopped { .. } | StripeAnswer::Unknown { .. } => Ok(()),
    }
}

/// What was made for a row of ours, or refused.
fn note_row(
    conn: &mut Conn,
    operation: &Operation,
    answer: &StripeAnswer<CreatedObject>,
    now: Instant,
) -> Result<()> {
    let subject = operation.subject_id;
    match (operation.kind, answer) {
        (OperationKind::Refund, StripeAnswer::Done(made)) => {
            Refund::note_asked(conn, RefundId(subject), &made.id)
        }
        (OperationKind::Refund, StripeAnswer::Refused { .. }) => {
            Refund::note_refused(conn, RefundId(subject), now)
        }
        (OperationKind::Transfer, StripeAnswer::Done(made)) => {
            Transfer::note_made(conn, TransferId(subject), &made.id)
        }
        (OperationKind::Transfer, StripeAnswer::Refused { code, .. })
            if code.as_deref().is_some_and(funds::is_about_the_account) =>
        {
            Transfer::look_at_account(conn, TransferId(subject), now)
        }
        (OperationKind::Reversal, StripeAnswer::Done(made)) => {
            Reversal::note_made(conn, ReversalId(subject), &made.id)
        }
        _ => Ok(()),
    }
}

fn follow_account(
    conn: &mut Conn,
    operation: &Operation,
    answer: &StripeAnswer<CreatedObject>,
    now: Instant,
) -> Result<()> {
    let account = PayoutAccount::by_id(conn, AccountId(operation.subject_id))?;
    match answer {
        StripeAnswer::Done(made) => account.note_made(conn, &made.id),
        StripeAnswer::Refused { code, .. } => account.note_refused(conn, code.as_deref(), now),
        StripeAnswer::Stopped { .. } | StripeAnswer::Unknown { .. } => Ok(()),
    }
}
