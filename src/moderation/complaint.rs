//! A client's complaint about a booking, decided by an admin: the price returns, or it stays.

use diesel::prelude::*;

use super::notify;
use crate::accountants::schema::accountants;
use crate::bookings::schema::{booking_terms, bookings};
use crate::bookings::{BookingId, BookingRow, SETTLE};
use crate::clock::Instant;
use crate::db::{Conn, PreparedCondition};
use crate::decisions::{self, Decision, Outcome, Restriction, Statement, Target, TargetKind};
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::payments::{NewRefund, Payment, RefundCause, decisions as money};
use crate::users::Actor;
use crate::users::schema::users;

/// Nobody has decided it, neither with a statement nor as a matter of money.
const IS_UNDECIDED: PreparedCondition = PreparedCondition(
    "NOT EXISTS (SELECT 1 FROM decisions WHERE decisions.target_kind = 'booking' \
     AND decisions.target = bookings.id) AND NOT EXISTS (SELECT 1 FROM payments \
     WHERE payments.booking_id = bookings.id AND payments.decided_at IS NOT NULL)",
);

/// A complaint with what was agreed.
#[derive(Debug, Clone)]
pub struct Complaint {
    pub line: BookingRow,
    pub made_at: Instant,
    /// What was charged by card, if anything was.
    pub payment: Option<Payment>,
}

/// A complaint as the queue lists it.
#[derive(Debug, Clone, Queryable)]
pub struct ComplaintRow {
    pub booking: BookingId,
    pub made_at: Instant,
    pub title: String,
    pub client: String,
    pub accountant: String,
}

crate::word_enum! {
    /// How a complaint ends.
    Verdict {
        Refund => "refund",
        /// The same, as the accountant did not appear.
        Absent => "absent",
        Release => "release",
    }
}

impl Complaint {
    /// Those nobody has decided, oldest first.
    pub fn waiting(conn: &mut Conn) -> Result<Vec<ComplaintRow>> {
        Ok(bookings::table
            .inner_join(booking_terms::table.on(booking_terms::booking_id.eq(bookings::id)))
            .inner_join(users::table.on(users::id.eq(bookings::client_id)))
            .inner_join(accountants::table.on(accountants::user_id.eq(bookings::accountant_id)))
            .filter(bookings::complained_at.is_not_null())
            .filter(IS_UNDECIDED)
            .order((bookings::complained_at, bookings::id))
            .limit(200)
            .select((
                bookings::id,
                bookings::complained_at.assume_not_null(),
                booking_terms::title,
                users::name,
                accountants::display_name,
            ))
            .load(conn)?)
    }

    /// One complaint, decided or not. A booking that nobody complained about is a 404.
    pub fn of(conn: &mut Conn, id: BookingId) -> Result<Self> {
        let line = BookingRow::by_id(conn, id)?;
        let made_at = line.booking.complained_at.ok_or(Error::NotFound)?;
        let payment = Payment::live_of(conn, id)?.filter(|one| one.captured_at.is_some());
        Ok(Self { line, made_at, payment })
    }

    pub fn decision(&self, conn: &mut Conn) -> Result<Option<Decision>> {
        let all = Decision::about(conn, TargetKind::Booking, self.line.booking.id.0)?;
        Ok(all.into_iter().last())
    }

    /// What restriction a verdict names: a refund takes from the accountant, and theirs is the right
    /// to object to it.
    pub fn restriction(verdict: Verdict) -> Restriction {
        match verdict {
            Verdict::Refund | Verdict::Absent => Restriction::Refund,
            Verdict::Release => Restriction::None,
        }
    }

    /// Decides it. The money follows by the verbs of `payments`, and both sides are told.
    pub fn decide(
        &self,
        conn: &mut Conn,
        mail: &Mail,
        (verdict, statement): (Verdict, &Statement),
        actor: &Actor,
    ) -> Result<Decision> {
        if self.line.booking.client_id == actor.id {
            return Err(Error::forbidden("Somebody else decides about your complaint."));
        }
        if self.decision(conn)?.is_some() {
            return Err(Error::conflict("Somebody has decided this meanwhile."));
        }
        self.carry_out(conn, mail, (verdict, statement), actor)
    }

    /// The same after an objection: what was first decided stands no longer.
    pub(super) fn carry_out(
        &self,
        conn: &mut Conn,
        mail: &Mail,
        (verdict, statement): (Verdict, &Statement),
        actor: &Actor,
    ) -> Result<Decision> {
        let (booking, now) = (&self.line.booking, actor.now);
        let target =
            Target { kind: TargetKind::Booking, id: booking.id.0, subject: booking.accountant_id };
        let decision = match verdict {
            Verdict::Refund | Verdict::Absent => {
                decisions::restrict(conn, mail, target, statement, now)?
            }
            Verdict::Release => decisions::keep(conn, mail, target, statement, now)?,
        };
        let found = |is_so: bool| is_so.then_some(now);
        booking.note_accountant_absent(conn, found(verdict == Verdict::Absent))?;
        booking.note_no_show_upheld(conn, found(verdict == Verdict::Release))?;
        if let Some(payment) = &self.payment {
            move_money(conn, payment, verdict, actor)?;
            SETTLE.enqueue_once(conn, booking.id, now)?;
        }
        notify::complaint_decided(conn, mail, &self.line, &decision, now)?;
        Ok(decision)
    }

    /// What a decision did with the price.
    pub fn outcome_words(decision: &Decision) -> &'static str {
        match decision.outcome {
            Outcome::Restrict => "The price returns to the client.",
            _ => "The money stays with the accountant.",
        }
    }
}

fn move_money(conn: &mut Conn, payment: &Payment, verdict: Verdict, actor: &Actor) -> Result<()> {
    let now = actor.now;
    let is_done = match verdict {
        Verdict::Release => money::release(conn, payment.id, now)?,
        Verdict::Refund | Verdict::Absent => {
            let held = Payment::held(conn, payment.id)?;
            let left = held.amount_minor - held.gone_minor();
            let cause = RefundCause::Complaint;
            let new = NewRefund { cause, amount_minor: left, by: Some(actor.id), reason: None };
            left > 0 && money::refund(conn, payment.id, &new, now)?
        }
    };
    match is_done {
        true => Ok(()),
        false => Err(Error::conflict("The money of this booking has gone its way already.")),
    }
}
