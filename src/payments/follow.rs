//! Makes a booking and its payment follow each other: does the step that [`steps::next`] names, in
//! the transaction of whoever asks. Safe to ask again at any time.

use super::account::PayoutAccount;
use super::billing::Party;
use super::funds::{self, Funds, Position, release_at};
use super::gateway::StripeGateway;
use super::gateway::requests::{self, SessionWish, TransferWish};
use super::issue;
use super::journals::{Journal, Movement};
use super::ledger;
use super::operation::{Operation, OperationKind, Subject};
use super::payment::{NewPayment, Payment, PaymentId, PaymentState};
use super::refund::{NewRefund, Refund, RefundCause};
use super::steps::{self, Situation, Step};
use super::transfer::{Reversal, Transfer};
use crate::bookings::{Booking, BookingId, Notifier, PayMode, SETTLE, State};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;

/// A step may lead to the next; more than this in one go means that two of them undo each other.
const MOST_STEPS: usize = 5;

/// What following needs beside the rows.
pub struct Follow<'a> {
    pub gateway: &'a StripeGateway,
    pub desk: &'a Notifier<'a>,
    /// Where the site is, for the addresses that Stripe leads back to.
    pub base_url: &'a str,
}

impl Follow<'_> {
    /// Does what is to be done for one booking, with the calendar held.
    pub fn settle(&self, conn: &mut Conn, id: BookingId, now: Instant) -> Result<()> {
        Booking::hold(conn, id)?;
        for _ in 0..MOST_STEPS {
            let (booking, payment, stand) = standing(conn, id, now)?;
            let step = steps::next(&stand);
            if self.take(conn, step, &booking, payment.as_ref(), now)? {
                continue;
            }
            return match payment {
                Some(payment) => rest(conn, &booking, &payment, stand.funds, now),
                None => Ok(()),
            };
        }
        tracing::error!(booking = %id, "the steps of a payment do not come to an end");
        Ok(())
    }

    /// Does one step; whether another may follow at once.
    fn take(
        &self,
        conn: &mut Conn,
        step: Step,
        booking: &Booking,
        payment: Option<&Payment>,
        now: Instant,
    ) -> Result<bool> {
        let Some(payment) = payment else {
            return match step {
                Step::Begin => self.begin(conn, booking, now).map(|()| false),
                _ => Ok(false),
            };
        };
        match step {
            Step::NoteHeld => booking.note_held(conn, self.desk, payment.capture_before, now)?,
            Step::Confirm => booking.confirm_paid(conn, self.desk, now)?,
            Step::EndUncharged => booking.end_uncharged(conn, self.desk, now)?,
            Step::ReviveOrLetGo if booking.revive(conn, now)? => {}
            Step::Release if payment.release(conn, now)? => {
                enter_release(conn, booking, payment, &self.gateway.platform, now)?;
            }
            Step::Refund => {
                let new =
                    NewRefund::of(RefundCause::Policy, funds::owed_back(conn, booking, payment)?);
                return Ok(Refund::begin(conn, payment, &new, now)?.is_some());
            }
            _ => return self.ask(conn, step, booking, payment, now).map(|()| false),
        }
        Ok(true)
    }

    /// What is asked of Stripe: nothing follows before it has answered.
    fn ask(
        &self,
        conn: &mut Conn,
        step: Step,
        booking: &Booking,
        payment: &Payment,
        now: Instant,
    ) -> Result<()> {
        match step {
            Step::Capture => on_intent(conn, payment, OperationKind::Capture, now),
            Step::LetGo | Step::ReviveOrLetGo => {
                on_intent(conn, payment, OperationKind::Cancel, now)
            }
            Step::ExpireSession => {
                let Some(session) = &payment.session_id else { return Ok(()) };
                let request = requests::expire_session(session);
                let subject = subject(payment, OperationKind::ExpireSession);
                Operation::begin(conn, subject, request, now).map(drop)
            }
            Step::Send => send(conn, booking, payment, now),
            Step::TakeBack => take_back(conn, payment, now),
            Step::SendRefund => send_refunds(conn, payment, now),
            _ => Ok(()),
        }
    }

    /// Writes a payment down and asks for a page to pay on.
    fn begin(&self, conn: &mut Conn, booking: &Booking, now: Instant) -> Result<()> {
        let Some(expires_at) = booking.page_until(now) else { return Ok(()) };
        let terms = booking.clone().line(conn)?.terms;
        let new = NewPayment {
            booking: booking.id,
            livemode: self.gateway.livemode,
            currency: terms.currency.clone(),
            amount_minor: terms.price_minor,
            rates: self.gateway.rates,
            expires_at,
        };
        let payment = Payment::begin(conn, &new, now)?;
        let request = requests::create_session(&SessionWish {
            payment: &payment.id.to_string(),
            booking: &booking.id.to_string(),
            amount_minor: payment.amount_minor,
            currency: &payment.currency,
            expires_at,
            base_url: self.base_url,
        });
        Operation::begin(conn, subject(&payment, OperationKind::CreateSession), request, now)?;
        booking.extend_hold(conn, expires_at)
    }
}

/// Whether settling a booking would change nothing at this time.
pub(super) fn is_at_rest(conn: &mut Conn, id: BookingId, now: Instant) -> Result<bool> {
    let (booking, payment, stand) = standing(conn, id, now)?;
    if steps::next(&stand) != Step::Nothing {
        return Ok(false);
    }
    let captured = payment.filter(|payment| payment.state == PaymentState::Captured);
    let Some(payment) = captured else { return Ok(true) };
    let is_over = payment.closed_at.is_some() == (stand.funds == Funds::IsSettled);
    let look = next_look(&booking, &payment, now);
    let is_marked = look.is_none_or(|at| payment.look_at.is_some_and(|marked| marked <= at));
    Ok(is_over && is_marked)
}

/// A booking with the payment that counts, and how the two stand.
fn standing(
    conn: &mut Conn,
    id: BookingId,
    now: Instant,
) -> Result<(Booking, Option<Payment>, Situation)> {
    let booking = Booking::by_id(conn, id)?;
    let payment = match Payment::live_of(conn, id)? {
        Some(live) => Some(live),
        // of a booking that still waits, what became of the last try matters
        None => Payment::last_of(conn, id)?.filter(|last| !is_tried_again(&booking, last)),
    };
    let stand = stand(conn, &booking, payment.as_ref(), now)?;
    Ok((booking, payment, stand))
}

/// When money that was charged and not released can be.
fn next_look(booking: &Booking, payment: &Payment, now: Instant) -> Option<Instant> {
    release_at(booking).filter(|at| payment.released_at.is_none() && *at > now)
}

/// Returns a part of the price as soon as the worker comes by. Whether so much was left.
pub fn return_money(conn: &mut Conn, id: PaymentId, new: &NewRefund, now: Instant) -> Result<bool> {
    let payment = Payment::held(conn, id)?;
    if Refund::begin(conn, &payment, new, now)?.is_none() {
        return Ok(false);
    }
    payment.close(conn, None)?;
    SETTLE.enqueue_once(conn, payment.booking_id, now).map(|()| true)
}

/// A page to pay on that Stripe refused to make, for an hour that the accountant has accepted: there
/// may be time for another.
fn is_tried_again(booking: &Booking, last: &Payment) -> bool {
    const MOST_ATTEMPTS: i32 = 3;
    booking.state == State::Held
        && booking.pay_mode == PayMode::AfterAccept
        && last.state == PaymentState::Lapsed
        && last.session_id.is_none()
        && last.attempt < MOST_ATTEMPTS
}

/// The money of a payment has its owners from now on.
fn enter_release(
    conn: &mut Conn,
    booking: &Booking,
    payment: &Payment,
    platform: &Party,
    now: Instant,
) -> Result<()> {
    let movement = Movement {
        source_id: format!("booking {}", booking.id),
        livemode: payment.livemode,
        at: now,
        currency: payment.currency.clone(),
        booking: Some(booking.id),
    };
    let share = payment.split().left(payment.gone_minor());
    let journal = Journal::release(movement, share);
    if ledger::post(conn, &journal, now)? {
        issue::released(conn, payment, &journal.movement, share, platform, now)?;
    }
    Ok(())
}

fn on_intent(conn: &mut Conn, payment: &Payment, kind: OperationKind, now: Instant) -> Result<()> {
    let Some(intent) = &payment.intent_id else { return Ok(()) };
    let request = match kind {
        OperationKind::Capture => requests::capture(intent),
        _ => requests::cancel(intent),
    };
    Operation::begin(conn, subject(payment, kind), request, now).map(drop)
}

/// Asks for every refund that nothing was asked for yet.
fn send_refunds(conn: &mut Conn, payment: &Payment, now: Instant) -> Result<()> {
    let Some(intent) = &payment.intent_id else { return Ok(()) };
    for refund in Position::of(conn, payment)?.unasked() {
        let request = requests::refund(&refund.id.to_string(), intent, refund.amount_minor);
        let subject = Subject { id: refund.id.0, ..subject(payment, OperationKind::Refund) };
        Operation::begin(conn, subject, request, now)?;
    }
    Ok(())
}

/// Takes back what an accountant has beyond their share, from the latest transfer that has so much.
fn take_back(conn: &mut Conn, payment: &Payment, now: Instant) -> Result<()> {
    let position = Position::of(conn, payment)?;
    let mut beyond = Position::sent_minor(payment) - position.share_minor(payment);
    for transfer in position.transfers.iter().rev() {
        let Some(stripe_id) = &transfer.stripe_id else { continue };
        let back = position.reversals.iter().filter(|row| row.transfer_id == transfer.id);
        let gone: i64 =
            back.filter(|row| row.stripe_id.is_some()).map(|row| row.amount_minor).sum();
        let amount = beyond.min(transfer.amount_minor - gone);
        if amount <= 0 {
            continue;
        }
        let reversal = Reversal::begin(conn, transfer, amount, now)?;
        let request = requests::reversal(&reversal.id.to_string(), stripe_id, amount);
        let subject = Subject { id: reversal.id.0, ..subject(payment, OperationKind::Reversal) };
        Operation::begin(conn, subject, request, now)?;
        beyond -= amount;
    }
    Ok(())
}

/// Sends what an accountant has less than their share.
fn send(conn: &mut Conn, booking: &Booking, payment: &Payment, now: Instant) -> Result<()> {
    let account = PayoutAccount::of(conn, booking.accountant_id, payment.livemode)?;
    let Some(account) = account else { return Ok(()) };
    let (Some(to), Some(charge)) = (&account.stripe_id, &payment.charge_id) else {
        return Ok(());
    };
    let amount_minor =
        Position::of(conn, payment)?.share_minor(payment) - Position::sent_minor(payment);
    let transfer = Transfer::begin(conn, payment, account.id, amount_minor, now)?;
    let request = requests::transfer(&TransferWish {
        transfer: &transfer.id.to_string(),
        booking: &booking.id.to_string(),
        charge,
        account: to,
        amount_minor,
        currency: &payment.currency,
    });
    let subject = Subject { id: transfer.id.0, ..subject(payment, OperationKind::Transfer) };
    Operation::begin(conn, subject, request, now)?;
    Ok(())
}

/// Nothing is to be done now: when it is looked at again, or that nothing more is to come.
fn rest(
    conn: &mut Conn,
    booking: &Booking,
    payment: &Payment,
    funds: Funds,
    now: Instant,
) -> Result<()> {
    if payment.state != PaymentState::Captured {
        return Ok(());
    }
    if let Some(at) = next_look(booking, payment, now) {
        Payment::mark(conn, payment.id, at)?;
    }
    payment.close(conn, (funds == Funds::IsSettled).then_some(now))
}

fn subject(payment: &Payment, kind: OperationKind) -> Subject {
    Subject { payment: Some(payment.id), kind, id: payment.id.0, livemode: payment.livemode }
}

fn stand(
    conn: &mut Conn,
    booking: &Booking,
    payment: Option<&Payment>,
    now: Instant,
) -> Result<Situation> {
    let funds = match payment {
        Some(payment) if payment.state == PaymentState::Captured => {
            funds::funds(conn, booking, payment, now)?
        }
        _ => Funds::Waits,
    };
    let refused = match payment {
        Some(payment) if payment.state == PaymentState::Authorised => {
            refusal(conn, payment.id)?.is_some_and(|code| Operation::is_final(&code))
        }
        _ => false,
    };
    let held_at = payment.and_then(|payment| payment.authorised_at);
    let is_held_late = held_at.is_some_and(|at| at > booking.changed_at);
    Ok(Situation {
        booking: booking.state,
        mode: booking.pay_mode,
        is_accepted: booking.accepted_at.is_some(),
        payment: payment.map(|payment| payment.state),
        is_held_late,
        is_capture_refused: refused,
        funds,
    })
}

fn refusal(conn: &mut Conn, payment: PaymentId) -> Result<Option<String>> {
    Operation::refusal_of(conn, OperationKind::Capture, payment.0)
}
