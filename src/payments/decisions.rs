//! What admins decide about one payment. Who may, why, and the log of it are their domain's; each
//! here says whether there was anything of the kind to do.

use super::books;
use super::follow::return_money;
use super::funds::{Position, has_open_dispute};
use super::journals::{Journal, JournalKind, Movement};
use super::ledger;
use super::operation::{Operation, OperationState};
use super::payment::{Payment, PaymentId, PaymentState};
use super::refund::{NewRefund, Owed, Refund, RefundCause};
use super::transfer::{Reversal, Transfer};
use crate::bookings::Booking;
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::users::UserId;

/// Returns a part of the price; of a complaint that waits, this decides it.
pub fn refund(conn: &mut Conn, id: PaymentId, new: &NewRefund, now: Instant) -> Result<bool> {
    let payment = Payment::held(conn, id)?;
    if has_open_dispute(conn, id)? {
        return Err(Error::conflict("A bank disputes the charge: nothing is returned beside it."));
    }
    let booking = Booking::by_id(conn, payment.booking_id)?;
    let is_complaint = booking.complained_at.is_some() && payment.decided_at.is_none();
    let cause = if is_complaint { RefundCause::Complaint } else { new.cause };
    if !return_money(conn, id, &NewRefund { cause, ..new.clone() }, now)? {
        return Ok(false);
    }
    if is_complaint {
        payment.decide(conn, now)?;
    }
    Ok(true)
}

/// An accountant returns a part of what was charged, as long as the card's bank lets them.
pub fn return_part(conn: &mut Conn, id: PaymentId, new: &NewRefund, now: Instant) -> Result<bool> {
    /// So long after the charge money can be returned.
    const WITHIN: Span = Span::days(180);
    let payment = Payment::held(conn, id)?;
    if payment.captured_at.is_none_or(|at| at + WITHIN <= now) {
        return Err(Error::conflict("Money can be returned for 180 days after the charge."));
    }
    if payment.frozen.is_some() || has_open_dispute(conn, id)? {
        let words = "The client's bank disputes the charge. Until it has decided, nothing can be \
                     returned.";
        return Err(Error::conflict(words));
    }
    return_money(conn, id, new, now)
}

/// Lets the money go its way: the complaint is decided for the accountant.
pub fn release(conn: &mut Conn, id: PaymentId, now: Instant) -> Result<bool> {
    let payment = Payment::held(conn, id)?;
    let booking = Booking::by_id(conn, payment.booking_id)?;
    let is_complaint = booking.complained_at.is_some();
    if !is_complaint || payment.state != PaymentState::Captured {
        return Ok(false);
    }
    payment.decide(conn, now)
}

/// Once more what failed: refunds that did not arrive, what Stripe refused to send or take back, and
/// what has had no clear answer.
pub fn retry(
    conn: &mut Conn,
    id: PaymentId,
    by: Option<UserId>,
    reason: Option<Vec<u8>>,
    now: Instant,
) -> Result<bool> {
    let payment = Payment::held(conn, id)?;
    let mut is_done = false;
    for owed in owed(conn, &payment)? {
        let new = again(&owed, by, &reason);
        owed.repeat(conn, &payment, &new, now)?;
        is_done = true;
    }
    let position = Position::of(conn, &payment)?;
    if position.refused_transfer().is_some() {
        Transfer::forget_refused(conn, id)?;
        is_done = true;
    }
    if position.refused_reversals().is_some() {
        Reversal::forget_refused(conn, id)?;
        is_done = true;
    }
    for operation in Operation::of_payment(conn, id)? {
        if matches!(operation.state, OperationState::Waiting | OperationState::Unknown) {
            operation.hasten(conn, now)?;
            is_done = true;
        }
    }
    if is_done {
        payment.close(conn, None)?;
    }
    Ok(is_done)
}

fn again(owed: &Owed, by: Option<UserId>, reason: &Option<Vec<u8>>) -> NewRefund {
    let (cause, amount_minor) = (RefundCause::Admin, owed.amount_minor);
    NewRefund { cause, amount_minor, by, reason: reason.clone() }
}

/// The refunds that are owed, each with how much of it: never more than what came back or than what
/// is left of the price, less what is on its way already. So much is reserved now, which it was not
/// for one made at Stripe by hand.
fn owed(conn: &mut Conn, payment: &Payment) -> Result<Vec<Owed>> {
    let mut came_back = books::owed_on(conn, payment)?;
    let mut never_left = payment.amount_minor - payment.gone_minor();
    for refund in Refund::of(conn, payment.id)? {
        if !refund.has_ended() && !has_left(conn, &refund)? {
            let rest = if refund.pays_owed { &mut came_back } else { &mut never_left };
            *rest -= refund.amount_minor;
        }
    }
    let mut owed = vec![];
    for refund in Refund::owed(conn, payment.id)? {
        let is_return = refund.pays_owed || has_left(conn, &refund)?;
        let rest = if is_return { &mut came_back } else { &mut never_left };
        let amount_minor = refund.amount_minor.min(*rest);
        let is_reserved = match refund.cause {
            _ if amount_minor <= 0 => false,
            _ if is_return => true,
            RefundCause::Dashboard => payment.reserve(conn, amount_minor)?,
            _ => payment.unreserve(conn, refund.amount_minor - amount_minor)?,
        };
        if is_reserved {
            *rest -= amount_minor;
            owed.push(Owed { refund, amount_minor, came_back: is_return });
        }
    }
    Ok(owed)
}

fn has_left(conn: &mut Conn, refund: &Refund) -> Result<bool> {
    match &refund.stripe_id {
        Some(id) => ledger::has(conn, id, JournalKind::Refund),
        None => Ok(false),
    }
}

/// Gives up what an accountant would have to give back.
pub fn write_off(conn: &mut Conn, id: PaymentId, amount_minor: i64, now: Instant) -> Result<bool> {
    let payment = Payment::held(conn, id)?;
    let beyond =
        Position::sent_minor(&payment) - Position::of(conn, &payment)?.share_minor(&payment);
    if payment.released_at.is_none() || amount_minor > beyond {
        return Ok(false);
    }
    let movement = Movement {
        source_id: format!("write-off {id} {}", payment.version),
        livemode: payment.livemode,
        at: now,
        currency: payment.currency.clone(),
        booking: Some(payment.booking_id),
    };
    ledger::post(conn, &Journal::write_off(movement, amount_minor), now)?;
    payment.write_off(conn, amount_minor)?;
    Ok(true)
}

/// A refund that did not arrive was paid by hand, outside Stripe.
pub fn settle(
    conn: &mut Conn,
    id: PaymentId,
    by: UserId,
    reason: Option<Vec<u8>>,
    now: Instant,
) -> Result<bool> {
    let held = Payment::held(conn, id)?;
    let owed = owed(conn, &held)?;
    let seen = Payment::by_id(conn, id)?;
    let mut payment = seen.clone();
    let mut is_done = false;
    for owed in owed {
        let done = owed.settle(conn, &payment, &again(&owed, Some(by), &reason), now)?;
        books::enter_settlement(conn, &mut payment, &done, now)?;
        is_done = true;
    }
    if is_done && !payment.save(conn, &seen)? {
        return Err(Error::Busy);
    }
    Ok(is_done)
}
