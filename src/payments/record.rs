//! Everything that is known of one payment, for admins: journals, operations, notices, refunds.

use diesel::prelude::*;

use super::dispute::Dispute;
use super::journals::{Account, JournalKind};
use super::ledger::JournalId;
use super::operation::{IS_OPEN, Operation};
use super::payment::Payment;
use super::refund::Refund;
use super::schema::{journals, payments, postings, stripe_operations as operations};
use super::transfer::{Reversal, Transfer};
use super::webhook::StripeEvent;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::locale::Locale;
use crate::money::Money;
use crate::seal::Seal;

/// Most journals that one payment is shown with.
const MOST: i64 = 500;

pub struct PaymentRecord {
    pub journals: Vec<ShownJournal>,
    pub operations: Vec<Operation>,
    pub events: Vec<StripeEvent>,
    /// Each with the words of whoever made it.
    pub refunds: Vec<(Refund, String, String)>,
    pub disputes: Vec<Dispute>,
}

/// A journal, its lines in words; their amounts are written as in the books, for every reader alike.
pub struct ShownJournal {
    pub kind: JournalKind,
    pub source_id: String,
    pub at: Instant,
    /// Account, debit and credit; one of the two is empty.
    pub lines: Vec<(&'static str, String, String)>,
}

type JournalLine = (JournalId, JournalKind, String, Instant, Account, String, i64);

pub fn of(
    conn: &mut Conn,
    seal: &Seal,
    payment: &Payment,
    locale: Locale,
) -> Result<PaymentRecord> {
    let refunds = Refund::of(conn, payment.id)?;
    let disputes = Dispute::of(conn, payment.id)?;
    let operations = Operation::of_payment(conn, payment.id)?;
    let mut objects: Vec<String> = [&payment.session_id, &payment.intent_id, &payment.charge_id]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    objects.extend(refunds.iter().filter_map(|refund| refund.stripe_id.clone()));
    objects.extend(disputes.iter().map(|dispute| dispute.stripe_id.clone()));
    objects.extend(Transfer::of(conn, payment.id)?.into_iter().filter_map(|one| one.stripe_id));
    objects.extend(Reversal::of(conn, payment.id)?.into_iter().filter_map(|one| one.stripe_id));
    let money =
        |minor| Money::new(minor, &payment.currency).map_or(String::new(), |m| m.words(locale));
    let with_words = |refund: Refund| {
        let words = refund.reason(seal)?;
        Ok((refund.clone(), money(refund.amount_minor), words))
    };
    Ok(PaymentRecord {
        journals: journals_of(conn, payment)?,
        events: StripeEvent::about(conn, &objects)?,
        refunds: refunds.into_iter().map(with_words).collect::<Result<_>>()?,
        operations,
        disputes,
    })
}

fn journals_of(conn: &mut Conn, payment: &Payment) -> Result<Vec<ShownJournal>> {
    let rows: Vec<JournalLine> = postings::table
        .inner_join(journals::table.on(journals::id.eq(postings::journal_id)))
        .filter(postings::booking_id.eq(payment.booking_id))
        .filter(journals::livemode.eq(payment.livemode))
        .order((journals::at, journals::id, postings::line))
        .limit(MOST)
        .select((
            journals::id,
            journals::kind,
            journals::source_id,
            journals::at,
            postings::account,
            postings::currency,
            postings::amount_minor,
        ))
        .load(conn)?;
    let mut shown: Vec<(JournalId, ShownJournal)> = vec![];
    for (id, kind, source_id, at, account, currency, minor) in rows {
        let words = |minor| {
            Money::new(minor, &currency).map_or(String::new(), |m| m.words(Locale::NEUTRAL))
        };
        let (debit, credit) = match minor > 0 {
            true => (words(minor), String::new()),
            false => (String::new(), words(-minor)),
        };
        let line = (account.as_str(), debit, credit);
        match shown.last_mut().filter(|(last, _)| *last == id) {
            Some((_, journal)) => journal.lines.push(line),
            None => shown.push((id, ShownJournal { kind, source_id, at, lines: vec![line] })),
        }
    }
    Ok(shown.into_iter().map(|(_, journal)| journal).collect())
}

/// The latest payments of all.
pub fn recent(conn: &mut Conn, most: i64) -> Result<Vec<Payment>> {
    Ok(payments::table
        .order(payments::id.desc())
        .limit(most)
        .select(Payment::as_select())
        .load(conn)?)
}

/// Why Stripe takes nothing from us now, by its status, if that is so: our key or our permission is
/// at fault.
pub fn stopped(conn: &mut Conn, livemode: bool) -> Result<Option<String>> {
    Ok(operations::table
        .filter(operations::livemode.eq(livemode))
        .filter(IS_OPEN.and(operations::state.eq(super::OperationState::Waiting)))
        .filter(operations::error_code.is_not_null())
        .order(operations::id.desc())
        .select(operations::error_code.assume_not_null())
        .first(conn)
        .optional()?)
}
