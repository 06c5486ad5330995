//! What must hold of the books, the rows beside them and the papers they made, asked of the database
//! itself.

mod papers;

use diesel::prelude::*;

use super::balance_line::BalanceLine;
use super::journals::{Account, JournalKind};
use super::payment::{Payment, PaymentState};
use super::schema::{journals, payments, postings};
use super::{ledger, operation::Operation, tasks};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;

/// So many are looked at in one go.
const PAGE: i64 = 500;

/// What does not hold, a line each; none if all does.
pub fn check(conn: &mut Conn) -> Result<Vec<String>> {
    let mut wrong = ledger::check(conn)?;
    let mut after = 0;
    loop {
        let page: Vec<Payment> = payments::table
            .filter(payments::id.gt(after).and(payments::state.eq(PaymentState::Captured)))
            .order(payments::id)
            .limit(PAGE)
            .select(Payment::as_select())
            .load(conn)?;
        let Some(last) = page.last() else { return Ok(wrong) };
        after = last.id.0;
        for payment in &page {
            wrong.extend(check_payment(conn, payment)?);
        }
    }
}

/// The figures on the row of a payment are those of its journals, and what was charged is somewhere.
fn check_payment(conn: &mut Conn, payment: &Payment) -> Result<Vec<String>> {
    if payment.settled_in.is_some() {
        // its books are in another currency than its row
        return Ok(vec![]);
    }
    let moved = |conn: &mut Conn, kind, account| moved(conn, payment, kind, account);
    let (mut returned, mut lost) = (0, 0);
    for account in [Account::Held, Account::Payable, Account::Commission, Account::Vat] {
        returned += moved(conn, JournalKind::Refund, account)?;
        lost += moved(conn, JournalKind::DisputeLost, account)?;
    }
    let figures = [
        ("charged", payment.amount_minor, -moved(conn, JournalKind::Charge, Account::Held)?),
        ("sent", payment.sent_minor, moved(conn, JournalKind::Transfer, Account::Payable)?),
        (
            "taken back",
            payment.reversed_minor,
            -moved(conn, JournalKind::Reversal, Account::Payable)?,
        ),
        ("returned", payment.refunded_minor, returned),
        ("lost", payment.lost_minor, lost),
    ];
    let differs = |(word, row, books): &(&str, i64, i64)| {
        (row != books).then(|| {
            format!("payment {}: {word} {row} by its row and {books} by the books", payment.id)
        })
    };
    let mut wrong: Vec<String> = figures.iter().filter_map(differs).collect();
    wrong.extend(check_sums(conn, payment)?);
    wrong.extend(papers::check(conn, payment)?);
    Ok(wrong)
}

/// Of what was charged, every cent is with somebody, and nobody has more than all of it.
fn check_sums(conn: &mut Conn, payment: &Payment) -> Result<Vec<String>> {
    let mut wrong = vec![];
    let all = ledger::of_booking(conn, payment.booking_id, payment.livemode)?;
    let on = |account| -> i64 {
        all.iter().filter(|(of, ..)| *of == account).map(|(.., amount)| amount).sum()
    };
    let gone = payment.refunded_minor + payment.lost_minor;
    if !(0..=payment.amount_minor).contains(&gone) || payment.reversed_minor > payment.sent_minor {
        wrong.push(format!("payment {}: more came back than was there", payment.id));
    }
    if payment.released_at.is_some() {
        let kept = -on(Account::Commission) - on(Account::Vat);
        let with_accountant = payment.sent_minor - payment.reversed_minor;
        let owed = -on(Account::Payable) - payment.written_off_minor;
        let sum = gone + with_accountant + kept + owed;
        if sum != payment.amount_minor {
            wrong.push(format!(
                "payment {}: {} was charged and {sum} is accounted for",
                payment.id, payment.amount_minor
            ));
        }
    }
    let is_over = payment.closed_at.is_some();
    let rest = [Account::Held, Account::Payable, Account::Dispute].map(on);
    if is_over && rest.iter().any(|amount| *amount != 0) {
        wrong.push(format!("payment {}: over, and {rest:?} is left", payment.id));
    }
    Ok(wrong)
}

/// What the journals of a kind put on an account for the booking of a payment.
fn moved(conn: &mut Conn, payment: &Payment, kind: JournalKind, account: Account) -> Result<i64> {
    let amounts: Vec<i64> = postings::table
        .inner_join(journals::table.on(journals::id.eq(postings::journal_id)))
        .filter(postings::booking_id.eq(payment.booking_id))
        .filter(postings::account.eq(account).and(journals::kind.eq(kind)))
        .filter(journals::livemode.eq(payment.livemode))
        .select(postings::amount_minor)
        .load(conn)?;
    Ok(amounts.iter().sum())
}

/// What is not over, a line each: what waits for Stripe, and what a person must decide.
pub fn left(conn: &mut Conn, livemode: bool, now: Instant) -> Result<Vec<String>> {
    let open = Operation::open(conn, livemode)?.into_iter().map(|operation| {
        let cause = operation.error_code.unwrap_or_default();
        format!("{} is not done {cause}", operation.key).trim_end().to_owned()
    });
    let mut lines: Vec<String> = open.collect();
    lines.extend(tasks::all(conn, livemode, now)?.into_iter().map(|task| match task.payment {
        Some(payment) => format!("payment {payment}: {}", task.words),
        None => task.words,
    }));
    lines.extend(differences(conn, livemode)?);
    Ok(lines)
}

/// Where our sum of Stripe's balance is another than Stripe's own lines come to. Before the first
/// night there are none to compare.
fn differences(conn: &mut Conn, livemode: bool) -> Result<Vec<String>> {
    let theirs = BalanceLine::totals(conn, livemode)?;
    if theirs.is_empty() {
        return Ok(vec![]);
    }
    let ours = ledger::balances(conn, livemode)?;
    let our = |code: &str| -> i64 {
        let own = ours
            .iter()
            .filter(|(account, currency, _)| *account == Account::Stripe && currency == code);
        own.map(|(.., amount)| amount).sum()
    };
    let differs = theirs.iter().filter(|(code, sum)| our(code) != *sum);
    Ok(differs
        .map(|(code, sum)| {
            format!("{code}: Stripe's lines come to {sum} and the ledger to {}", our(code))
        })
        .collect())
}
