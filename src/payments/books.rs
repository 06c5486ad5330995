//! What was fetched, entered into the ledger: only what is missing, at the time that Stripe gives.
//! What of it somebody must hear of is handed back.

use super::commission::Share;
use super::dispute::{Dispute, DisputeStatus};
use super::gateway::objects::{
    BalanceTransaction, FetchedDispute, FetchedRefund, FetchedTransfer, Intent,
};
use super::issue;
use super::journals::{Account, Journal, JournalKind, Movement, Outlet, PostingLine};
use super::ledger;
use super::look::Facts;
use super::paper::PaperId;
use super::payment::{Payment, PaymentState};
use super::refund::{Refund, RefundState};
use super::transfer::Transfer;
use crate::bookings::Booking;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;

/// What is news about the money of a payment. Amounts in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyNews {
    /// The card was charged, and the invoice for it is there.
    Invoiced(PaperId),
    Returned(i64),
    /// A refund came back from the client's bank.
    NotArrived(i64),
    Sent(i64),
    TakenBack(i64),
    Disputed(i64),
    DisputeEnded(DisputeStatus),
}

/// Enters everything that is missing of one payment, and counts what it changes on its row.
pub fn enter(
    conn: &mut Conn,
    payment: &mut Payment,
    facts: &Facts,
    now: Instant,
) -> Result<Vec<MoneyNews>> {
    let mut news = vec![];
    if payment.state != PaymentState::Captured {
        return Ok(news);
    }
    // before the counters of the papers, as whoever settles a booking holds it first, too
    Booking::hold(conn, payment.booking_id)?;
    if let Some(intent) = &facts.intent {
        enter_charge(conn, payment, intent, &mut news, now)?;
    }
    let mut refunds: Vec<&FetchedRefund> = facts.refunds.iter().collect();
    refunds.sort_by_key(|refund| (refund.created, refund.id.clone()));
    for refund in refunds {
        enter_refund(conn, payment, refund, &mut news, now)?;
    }
    for dispute in &facts.disputes {
        enter_dispute(conn, payment, dispute, &mut news, now)?;
    }
    for transfer in &facts.transfers {
        enter_transfer(conn, payment, transfer, &mut news, now)?;
    }
    Ok(news)
}

/// What was sent and what of it came back; Stripe's books give both the time they were made.
fn enter_transfer(
    conn: &mut Conn,
    payment: &mut Payment,
    fetched: &FetchedTransfer,
    news: &mut Vec<MoneyNews>,
    now: Instant,
) -> Result<()> {
    // one that was made by hand is found by the nightly comparison
    if Transfer::matching(conn, payment, fetched)?.is_none() {
        return Ok(());
    }
    let moved = |id: &str, created: i64, payment: &Payment| Movement {
        source_id: id.to_owned(),
        livemode: payment.livemode,
        at: seconds(created),
        currency: fetched.currency.to_uppercase(),
        booking: Some(payment.booking_id),
    };
    let journal = Journal::transfer(moved(&fetched.id, fetched.created, payment), fetched.amount);
    if ledger::post(conn, &journal, now)? {
        payment.sent_minor += fetched.amount;
        news.push(MoneyNews::Sent(fetched.amount));
    }
    let back = fetched.reversals.iter().flat_map(|list| &list.data);
    for reversal in back {
        let movement = moved(&reversal.id, reversal.created, payment);
        if ledger::post(conn, &Journal::reversal(movement, reversal.amount), now)? {
            payment.reversed_minor += reversal.amount;
            news.push(MoneyNews::TakenBack(reversal.amount));
        }
    }
    Ok(())
}

fn seconds(at: i64) -> Instant {
    Instant::from_micros(at.saturating_mul(1_000_000))
}

fn movement(payment: &Payment, source: &str, line: &BalanceTransaction) -> Movement {
    Movement {
        source_id: source.to_owned(),
        livemode: payment.livemode,
        at: seconds(line.created),
        currency: line.currency.to_uppercase(),
        booking: Some(payment.booking_id),
    }
}

fn enter_charge(
    conn: &mut Conn,
    payment: &mut Payment,
    intent: &Intent,
    news: &mut Vec<MoneyNews>,
    now: Instant,
) -> Result<()> {
    let Some(charge) = &intent.latest_charge else { return Ok(()) };
    let Some(line) = &charge.balance_transaction else { return Ok(()) };
    let movement = movement(payment, &charge.id, line);
    if movement.currency != payment.currency {
        payment.settled_in = Some(movement.currency.clone());
    }
    if ledger::post(conn, &Journal::charge(movement.clone(), line.amount), now)? {
        let invoice = issue::charged(conn, payment, &movement, now)?;
        news.push(MoneyNews::Invoiced(invoice.id));
    }
    ledger::post(conn, &Journal::fee(movement, line.fee), now)?;
    Ok(())
}

/// A refund moves money when Stripe's own books have a line for it; before that it is only a state.
fn enter_refund(
    conn: &mut Conn,
    payment: &mut Payment,
    fetched: &FetchedRefund,
    news: &mut Vec<MoneyNews>,
    now: Instant,
) -> Result<()> {
    let row = Refund::matching(conn, payment, fetched, now)?;
    let is_news = row.follow(conn, fetched, now)?;
    let Some(line) = &fetched.balance_transaction else { return Ok(()) };
    let movement = movement(payment, &fetched.id, line);
    // what stands there was split by what had been returned before it
    if !ledger::has(conn, &fetched.id, JournalKind::Refund)? {
        let again = drawn_on_debt(conn, payment, &row, -line.amount)?;
        let anew = -line.amount - again;
        match row.cause {
            _ if row.repeats_id.is_some() => {}
            super::RefundCause::Dashboard => payment.reserved_minor += anew,
            // what was reserved for it is what came back of another
            _ => payment.reserved_minor -= again,
        }
        let returned = Withdrawal::of(payment, anew);
        let journal = Journal::refund(movement.clone(), again, returned.lines(), Outlet::Stripe);
        ledger::post(conn, &journal, now)?;
        ledger::post(conn, &Journal::fee(movement.clone(), line.fee), now)?;
        returned.issue(conn, payment, &movement, now)?;
        payment.refunded_minor += match payment.settled_in {
            None => anew,
            Some(_) => fetched.amount,
        };
    }
    if is_news && fetched.status.as_deref() == Some("succeeded") {
        news.push(MoneyNews::Returned(-line.amount));
    }
    if let Some(line) = &fetched.failure_balance_transaction {
        let movement = self::movement(payment, &fetched.id, line);
        if ledger::post(conn, &Journal::refund_failed(movement, line.amount), now)? {
            news.push(MoneyNews::NotArrived(line.amount));
        }
    }
    Ok(())
}

/// From whom an amount is drawn that leaves now: held for its owners, or theirs already.
struct Withdrawal {
    amount: i64,
    shared: Option<Share>,
}

impl Withdrawal {
    fn of(payment: &Payment, amount: i64) -> Self {
        let share = |_| payment.split().returned(payment.gone_minor(), amount);
        Self { amount, shared: payment.released_at.map(share) }
    }

    fn lines(&self) -> Vec<PostingLine> {
        match self.shared {
            None => vec![(Account::Held, self.amount)],
            Some(back) => vec![
                (Account::Payable, back.payable),
                (Account::Commission, back.commission),
                (Account::Vat, back.vat),
            ],
        }
    }

    /// The credit notes that it makes.
    fn issue(
        &self,
        conn: &mut Conn,
        payment: &Payment,
        movement: &Movement,
        now: Instant,
    ) -> Result<()> {
        if self.amount == 0 || payment.settled_in.is_some() {
            return Ok(());
        }
        issue::returned(conn, payment, movement, self.amount, now)?;
        if let Some(back) = self.shared {
            issue::commission_returned(conn, payment, movement, back, now)?;
        }
        Ok(())
    }
}

/// What the client is owed already after a refund that did not arrive: a refund in its place, or one
/// made at Stripe by hand, pays that first.
fn drawn_on_debt(conn: &mut Conn, payment: &Payment, row: &Refund, amount: i64) -> Result<i64> {
    let pays_again = row.pays_owed || row.cause == super::RefundCause::Dashboard;
    let left = payment.amount_minor - payment.gone_minor();
    let beyond = match payment.settled_in {
        None => (amount - left).max(0),
        Some(_) => 0,
    };
    Ok(owed_on(conn, payment)?.min(if pays_again { amount } else { beyond }))
}

/// What of a payment left for the client and came back.
pub fn owed_on(conn: &mut Conn, payment: &Payment) -> Result<i64> {
    let all = ledger::of_booking(conn, payment.booking_id, payment.livemode)?;
    let owed = all.iter().filter(|(account, ..)| *account == Account::OwedClient);
    Ok(-owed.map(|(.., amount)| amount).sum::<i64>())
}

/// A dispute's own lines: what the bank takes, what it costs, and what comes back. Lost is what it
/// took when it is decided.
fn enter_dispute(
    conn: &mut Conn,
    payment: &mut Payment,
    fetched: &FetchedDispute,
    news: &mut Vec<MoneyNews>,
    now: Instant,
) -> Result<()> {
    let (row, is_news) = Dispute::follow(conn, payment, fetched, now)?;
    for line in &fetched.balance_transactions {
        let movement = movement(payment, &line.id, line);
        ledger::post(conn, &Journal::dispute_fee(movement.clone(), line.fee), now)?;
        let journal = match line.amount < 0 {
            true => Journal::dispute(movement, -line.amount),
            false => Journal::dispute_won(movement, line.amount),
        };
        ledger::post(conn, &journal, now)?;
    }
    if row.status == DisputeStatus::Lost && row.taken_minor > 0 {
        enter_loss(conn, payment, fetched, row.taken_minor, now)?;
    }
    match row.status {
        _ if !is_news => {}
        DisputeStatus::Open | DisputeStatus::Inquiry => {
            news.push(MoneyNews::Disputed(fetched.amount));
        }
        status => news.push(MoneyNews::DisputeEnded(status)),
    }
    Ok(())
}

/// A lost dispute is a refund that the bank has made itself. What it took beyond what the payment
/// still held pays what the client was owed, and the rest is the platform's loss.
fn enter_loss(
    conn: &mut Conn,
    payment: &mut Payment,
    fetched: &FetchedDispute,
    taken: i64,
    now: Instant,
) -> Result<()> {
    if ledger::has(conn, &fetched.id, JournalKind::DisputeLost)?
        || ledger::has(conn, &fetched.id, JournalKind::WriteOff)?
    {
        return Ok(());
    }
    let held = payment.amount_minor - payment.gone_minor();
    let (own, beyond) = (taken.min(held), (taken - held).max(0));
    let movement = Movement {
        source_id: fetched.id.clone(),
        livemode: payment.livemode,
        at: now,
        currency: payment.settled_in.clone().unwrap_or_else(|| payment.currency.clone()),
        booking: Some(payment.booking_id),
    };
    let again = beyond.min(owed_on(conn, payment)?);
    let lost = Withdrawal::of(payment, own);
    let lines = [lost.lines(), vec![(Account::OwedClient, again)]].concat();
    ledger::post(conn, &Journal::dispute_lost(movement.clone(), lines), now)?;
    ledger::post(conn, &Journal::dispute_beyond(movement.clone(), beyond - again), now)?;
    lost.issue(conn, payment, &movement, now)?;
    payment.lost_minor += own;
    Ok(())
}

/// What an admin paid by hand in the place of a refund that did not arrive.
pub fn enter_settlement(
    conn: &mut Conn,
    payment: &mut Payment,
    done: &Refund,
    now: Instant,
) -> Result<()> {
    debug_assert!(done.state == RefundState::Succeeded);
    let movement = Movement {
        source_id: format!("refund {}", done.id),
        livemode: payment.livemode,
        at: now,
        currency: payment.currency.clone(),
        booking: Some(payment.booking_id),
    };
    let amount = done.amount_minor;
    let (again, anew) = if done.pays_owed { (amount, 0) } else { (0, amount) };
    let returned = Withdrawal::of(payment, anew);
    let journal = Journal::refund(movement.clone(), again, returned.lines(), Outlet::Bank);
    ledger::post(conn, &journal, now)?;
    returned.issue(conn, payment, &movement, now)?;
    payment.refunded_minor += anew;
    Ok(())
}
