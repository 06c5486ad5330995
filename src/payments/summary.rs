//! The money of one booking in words, the same for both sides: held, charged, returned, kept, sent.

use super::funds::{Position, release_at};
use super::payment::{Payment, PaymentState};
use super::refund::{Refund, RefundState};
use crate::bookings::{Booking, BookingId, MoneyLine, PaymentSummary};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::Result;
use crate::locale::Locale;
use crate::money::Money;

/// So long after the charge an accountant can return something.
const REFUND_WITHIN: Span = Span::days(180);

pub fn of(conn: &mut Conn, id: BookingId, locale: Locale, now: Instant) -> Result<PaymentSummary> {
    let Some(payment) = Payment::last_of(conn, id)? else { return Ok(PaymentSummary::default()) };
    let booking = Booking::by_id(conn, id)?;
    let position = Position::of(conn, &payment)?;
    let called = booking.clone().line(conn)?.accountant_called().to_owned();
    let writer = SummaryWriter {
        payment: &payment,
        booking: &booking,
        position: &position,
        called: &called,
        locale,
    };
    let rest = writer.rest_minor();
    let is_open = writer.may_refund(now) && rest > 0;
    Ok(PaymentSummary {
        lines: writer.lines(now),
        refundable: is_open.then(|| (writer.money(rest), writer.plain(rest))),
        payment: Some(payment.id.to_string()),
        is_test: !payment.livemode && !payment.is_recorded(),
        is_recorded: payment.is_recorded(),
    })
}

struct SummaryWriter<'a> {
    payment: &'a Payment,
    booking: &'a Booking,
    position: &'a Position,
    called: &'a str,
    locale: Locale,
}

impl SummaryWriter<'_> {
    fn money(&self, minor: i64) -> String {
        Money::new(minor, &self.payment.currency)
            .map_or(String::new(), |money| money.words(self.locale))
    }

    fn plain(&self, minor: i64) -> String {
        Money::new(minor, &self.payment.currency).map_or(String::new(), |money| money.plain())
    }

    fn rest_minor(&self) -> i64 {
        self.payment.amount_minor - self.payment.reserved_minor - self.payment.lost_minor
    }

    fn may_refund(&self, now: Instant) -> bool {
        self.payment.captured_at.is_some_and(|at| now < at + REFUND_WITHIN)
            && self.payment.frozen.is_none()
            && !self.position.is_disputed()
    }

    fn line(&self, kind: &'static str, words: &str, minor: i64, at: Option<Instant>) -> MoneyLine {
        MoneyLine { kind, words: words.to_owned(), amount: self.money(minor), at }
    }

    fn lines(&self, now: Instant) -> Vec<MoneyLine> {
        let payment = self.payment;
        let whole = payment.amount_minor;
        match payment.state {
            PaymentState::Created | PaymentState::Open => {
                return vec![self.line("open", "To be paid by card", whole, None)];
            }
            PaymentState::Lapsed => {
                return vec![self.line("lapsed", "Not paid, so nothing is owed", whole, None)];
            }
            PaymentState::Voided => {
                let words = "The card was let go and not charged";
                return vec![self.line("voided", words, whole, payment.authorised_at)];
            }
            PaymentState::Authorised => {
                let words = "Held on the card, not charged";
                return vec![self.line("held", words, whole, payment.authorised_at)];
            }
            PaymentState::Captured => {}
        }
        let mut lines =
            vec![self.line("charged", "Charged to the card", whole, payment.captured_at)];
        lines.extend(self.position.refunds.iter().filter_map(|refund| self.refund(refund)));
        for dispute in &self.position.disputes {
            let at = dispute.ended_at.or(Some(dispute.opened_at));
            lines.push(self.line("dispute", dispute.status.words(), dispute.amount_minor, at));
        }
        lines.extend(self.shares(now));
        lines
    }

    fn refund(&self, refund: &Refund) -> Option<MoneyLine> {
        let minor = -refund.amount_minor;
        let line = |kind, words: &str, at| Some(self.line(kind, words, minor, at));
        match refund.state {
            RefundState::Wanted | RefundState::Sent | RefundState::Pending => {
                line("refunding", "Refund on its way to the client", Some(refund.created_at))
            }
            RefundState::Succeeded => line("refunded", "Refund to the client", refund.ended_at),
            // another stands in its place, or the client's bank has returned it
            RefundState::Failed if !self.position.owed.contains(&refund.id) => None,
            RefundState::Failed => {
                line("refund-failed", "Refund that did not arrive: we see to it", refund.ended_at)
            }
        }
    }

    /// What Footing keeps, and what goes to the accountant.
    fn shares(&self, now: Instant) -> Vec<MoneyLine> {
        let payment = self.payment;
        let gone = payment.reserved_minor + payment.lost_minor;
        let fee = payment.split().fee_left(gone);
        let mut lines = vec![];
        if fee > 0 {
            lines.push(self.line("commission", "Footing keeps", fee, None));
        }
        let sent = Position::sent_minor(payment);
        if sent > 0 {
            lines.push(self.line("sent", &format!("Sent to {}", self.called), sent, None));
        }
        let due = self.position.share_minor(payment) - sent;
        if due > 0 {
            let (words, at) = self.due_words(now);
            lines.push(self.line("due", &words, due, at));
        }
        lines
    }

    fn due_words(&self, now: Instant) -> (String, Option<Instant>) {
        let called = self.called;
        let at = release_at(self.booking).or(Some(self.booking.ends_at + Span::hours(48)));
        let is_asked = self.booking.complained_at.is_some() && self.payment.decided_at.is_none();
        if is_asked || self.position.is_disputed() {
            return (format!("Waits for a decision before it goes to {called}"), None);
        }
        match at.filter(|at| *at > now && self.payment.released_at.is_none()) {
            Some(at) => (format!("Goes to {called} on"), Some(at)),
            None => (format!("Waits until {called} can be paid"), None),
        }
    }
}
