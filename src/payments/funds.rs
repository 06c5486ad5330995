//! Whose the money of a charged payment is now, and what must move for that to be so.
//!
//! Worked out from the rows and from what was asked of Stripe, never from what happened last: the
//! accountant has what left their hands less what came back; they should have their share of what is
//! neither returned, reserved to be returned, disputed nor lost. The difference is sent or taken back.

use super::account::{AccountState, PayoutAccount};
use super::dispute::{Dispute, DisputeStatus};
use super::operation::{Operation, OperationKind, OperationState};
use super::payment::{Payment, PaymentId};
use super::refund::{Refund, RefundCause, RefundId, RefundState};
use super::transfer::{Reversal, Transfer};
use crate::bookings::{Booking, By, State, returns};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::Result;
use crate::listings::Policy;

/// How the money of a captured payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Funds {
    /// Something belongs back to the client by the end of the booking, and is not written down yet.
    IsOwedBack,
    /// A refund is written down and can be asked for now.
    HasRefund,
    /// It waits: for the hour, for two days after it, for a decision, for an answer of Stripe's.
    Waits,
    /// Nothing stands in the way of its release.
    IsDue,
    /// The accountant has less than is theirs.
    IsShort,
    /// The accountant has more than is theirs.
    IsOver,
    /// Released, and everybody has what is theirs.
    IsSettled,
}

/// Everything that it is worked out from.
pub struct Position {
    pub refunds: Vec<Refund>,
    /// Those of them that failed and that the client is still owed.
    pub owed: Vec<RefundId>,
    pub disputes: Vec<Dispute>,
    pub transfers: Vec<Transfer>,
    pub reversals: Vec<Reversal>,
    operations: Vec<Operation>,
}

/// How long after the hour, or after a cancellation, the money waits for a complaint.
const GRACE: Span = Span::hours(48);
/// A reversal that was refused is asked for again after so long, and given up after so long.
const AGAIN: Span = Span::hours(24);
const GIVES_UP: Span = Span::days(30);

impl Position {
    pub fn of(conn: &mut Conn, payment: &Payment) -> Result<Self> {
        let refunds = Refund::of(conn, payment.id)?;
        let has_failed = refunds.iter().any(|one| one.state == RefundState::Failed);
        let owed = if has_failed { Refund::owed(conn, payment.id)? } else { vec![] };
        Ok(Self {
            owed: owed.iter().map(|refund| refund.id).collect(),
            refunds,
            disputes: Dispute::of(conn, payment.id)?,
            transfers: Transfer::of(conn, payment.id)?,
            reversals: Reversal::of(conn, payment.id)?,
            operations: Operation::of_payment(conn, payment.id)?,
        })
    }

    /// The last attempt at something.
    fn operation(&self, kind: OperationKind, subject: i64) -> Option<&Operation> {
        self.operations.iter().rfind(|one| one.kind == kind && one.subject_id == subject)
    }

    /// Refunds that nothing was asked for yet.
    pub fn unasked(&self) -> impl Iterator<Item = &Refund> {
        self.refunds.iter().filter(|refund| {
            !refund.has_ended()
                && refund.stripe_id.is_none()
                && self.operation(OperationKind::Refund, refund.id.0).is_none()
        })
    }

    fn is_returning(&self) -> bool {
        self.refunds.iter().any(|refund| !refund.has_ended())
    }

    pub fn is_disputed(&self) -> bool {
        self.disputes.iter().any(|dispute| dispute.status == DisputeStatus::Open)
    }

    fn is_asked_about(&self) -> bool {
        self.disputes.iter().any(|dispute| !dispute.status.has_ended())
    }

    /// What banks have taken or may take, and have not decided about.
    fn disputed_minor(&self) -> i64 {
        let open = self.disputes.iter().filter(|dispute| dispute.status == DisputeStatus::Open);
        open.map(|dispute| dispute.taken_minor.max(dispute.amount_minor)).sum()
    }

    /// What is reserved for refunds that Stripe refused and that are owed no more, as the client has
    /// the money from their bank.
    fn overtaken_minor(&self) -> i64 {
        let is_repeated = |id| self.refunds.iter().any(|other| other.repeats_id == Some(id));
        let is_overtaken = |one: &&Refund| {
            one.state == RefundState::Failed
                && one.stripe_id.is_none()
                && !one.pays_owed
                && !is_repeated(one.id)
                && !self.owed.contains(&one.id)
        };
        self.refunds.iter().filter(is_overtaken).map(|one| one.amount_minor).sum()
    }

    /// The accountant's share of what is left, in minor units.
    pub fn share_minor(&self, payment: &Payment) -> i64 {
        // one that would pay again what came back has no reserve of its own
        let reserved =
            (payment.reserved_minor - self.overtaken_minor()).max(payment.refunded_minor);
        let gone = reserved + payment.lost_minor + self.disputed_minor();
        payment.split().left(gone).payable
    }

    /// What the accountant has of it, in minor units.
    pub fn sent_minor(payment: &Payment) -> i64 {
        payment.sent_minor - payment.reversed_minor - payment.written_off_minor
    }

    /// Whether money is on its way to or from the accountant, or may be.
    fn is_moving(&self, payment: &Payment) -> bool {
        let is_open = |one: &Operation| {
            matches!(one.kind, OperationKind::Transfer | OperationKind::Reversal)
                && matches!(one.state, OperationState::Waiting | OperationState::Unknown)
        };
        let is_done = |kind, id| {
            self.operation(kind, id).is_some_and(|one| one.state == OperationState::Done)
        };
        let sent: i64 = self
            .transfers
            .iter()
            .filter(|row| is_done(OperationKind::Transfer, row.id.0))
            .map(|row| row.amount_minor)
            .sum();
        let reversed: i64 = self
            .reversals
            .iter()
            .filter(|row| is_done(OperationKind::Reversal, row.id.0))
            .map(|row| row.amount_minor)
            .sum();
        // done, and not in the books before the next look
        self.operations.iter().any(is_open)
            || sent > payment.sent_minor
            || reversed > payment.reversed_minor
    }

    /// When a reversal was refused first and last.
    pub fn refused_reversals(&self) -> Option<(Instant, Instant)> {
        let refused = |row: &&Reversal| {
            self.operation(OperationKind::Reversal, row.id.0)
                .is_some_and(|one| one.state == OperationState::Refused)
        };
        let mut all = self.reversals.iter().filter(refused);
        let first = all.next()?;
        Some((first.created_at, all.next_back().unwrap_or(first).created_at))
    }

    fn may_reverse(&self, now: Instant) -> bool {
        let refused = self.refused_reversals();
        refused.is_none_or(|(first, last)| last + AGAIN <= now && now < first + GIVES_UP)
    }

    /// The last transfer, if it was refused: why, in Stripe's words, and when it was made.
    pub fn refused_transfer(&self) -> Option<(&str, Instant)> {
        let last = self.transfers.last()?;
        let asked = self.operation(OperationKind::Transfer, last.id.0)?;
        let is_refused = asked.state == OperationState::Refused;
        let code = asked.error_code.as_deref().unwrap_or_default();
        is_refused.then_some((code, last.created_at))
    }

    /// Whether the last transfer was refused for what only a person can mend, or a moment ago.
    fn may_send(&self, now: Instant) -> bool {
        let refused = self.refused_transfer();
        refused.is_none_or(|(code, at)| is_about_the_account(code) && at + Span::hours(1) <= now)
    }
}

/// Whether a refusal says that the account cannot be paid now: it is looked at, and paid later.
pub fn is_about_the_account(code: &str) -> bool {
    code.contains("insufficient_capabilities_for_transfer") || code.contains("account_invalid")
}

/// When the money of a payment can have its owners, if nothing comes between.
pub fn release_at(booking: &Booking) -> Option<Instant> {
    match booking.state {
        // whoever is said not to have come has two days to say otherwise
        State::Completed => {
            Some(booking.no_show_at.map_or(booking.ends_at, |at| at.max(booking.ends_at)) + GRACE)
        }
        State::Cancelled => Some(booking.changed_at + GRACE),
        _ => None,
    }
}

/// How the money stands.
pub fn funds(conn: &mut Conn, booking: &Booking, payment: &Payment, now: Instant) -> Result<Funds> {
    let position = Position::of(conn, payment)?;
    let is_worked_out = position.refunds.iter().any(|one| one.cause == RefundCause::Policy);
    let owed = if is_worked_out { 0 } else { owed_back(conn, booking, payment)? };
    let funds = position.funds(booking, payment, owed, now);
    if funds != Funds::IsShort {
        return Ok(funds);
    }
    let account = PayoutAccount::of(conn, booking.accountant_id, payment.livemode)?;
    let is_ready = account.is_some_and(|account| account.state == AccountState::Ready);
    Ok(if is_ready { Funds::IsShort } else { Funds::Waits })
}

impl Position {
    /// The same, when the end of the booking returns so much more, for an account that can be paid.
    fn funds(&self, booking: &Booking, payment: &Payment, owed: i64, now: Instant) -> Funds {
        if payment.frozen.is_some() {
            return Funds::Waits;
        }
        if owed > 0 && !self.is_disputed() {
            return Funds::IsOwedBack;
        }
        match payment.released_at {
            None => self.before_release(booking, payment, now),
            Some(_) => self.after_release(payment, now),
        }
    }

    fn has_refund(&self) -> bool {
        self.unasked().next().is_some() && !self.is_disputed()
    }

    fn before_release(&self, booking: &Booking, payment: &Payment, now: Instant) -> Funds {
        if self.has_refund() {
            return Funds::HasRefund;
        }
        let is_over = release_at(booking).is_some_and(|at| at <= now);
        let is_complained = booking.complained_at.is_some() && payment.decided_at.is_none();
        // what was settled in another currency an admin settles
        let is_ours = payment.settled_in.is_none();
        let is_free = !is_complained && !self.is_asked_about() && !self.is_returning();
        if is_over && is_free && is_ours { Funds::IsDue } else { Funds::Waits }
    }

    fn after_release(&self, payment: &Payment, now: Instant) -> Funds {
        if self.is_moving(payment) {
            return Funds::Waits;
        }
        let (has, share) = (Self::sent_minor(payment), self.share_minor(payment));
        if has > share && self.may_reverse(now) {
            return Funds::IsOver;
        }
        if self.has_refund() {
            return Funds::HasRefund;
        }
        if has < share && !self.is_asked_about() && self.may_send(now) {
            return Funds::IsShort;
        }
        let is_settled =
            has == share && self.owed.is_empty() && !self.is_returning() && !self.is_asked_about();
        if is_settled { Funds::IsSettled } else { Funds::Waits }
    }
}

/// What the end of a booking returns to the client, less what came back already.
pub fn owed_back(conn: &mut Conn, booking: &Booking, payment: &Payment) -> Result<i64> {
    if !matches!(booking.state, State::Declined | State::Expired | State::Cancelled) {
        return Ok(0);
    }
    let policy = booking.clone().line(conn)?.terms.policy;
    Ok(owed_by(policy, booking, payment))
}

/// The same of a booking that has ended. The policy holds for an hour that stood and that the client
/// gave up; of anything else that ended, all comes back.
fn owed_by(policy: Policy, booking: &Booking, payment: &Payment) -> i64 {
    let stood = payment.captured_at.is_some_and(|at| at <= booking.changed_at);
    let is_given_up =
        booking.state == State::Cancelled && stood && booking.ended_by == Some(By::Client);
    let percent = match is_given_up {
        true => returns(policy, booking.changed_at, booking.starts_at),
        false => 100,
    };
    payment.split().refund_at(percent, payment.reserved_minor + payment.lost_minor)
}

/// Whether a bank holds the money of a payment: then nothing is returned beside it.
pub fn has_open_dispute(conn: &mut Conn, payment: PaymentId) -> Result<bool> {
    Ok(Dispute::of(conn, payment)?.iter().any(|dispute| dispute.status == DisputeStatus::Open))
}

#[cfg(test)]
mod tests;
