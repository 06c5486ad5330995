//! Whether each movement that makes a paper made it, over what it moved.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::Conn;
use crate::error::Result;
use crate::payments::journals::{Account, JournalKind};
use crate::payments::paper::PaperKind;
use crate::payments::payment::Payment;
use crate::payments::schema::{journals, papers, postings};

/// What was moved or written on a paper, in minor units, by kind of paper and by what moved it.
type Sums = BTreeMap<(&'static str, String), i64>;

/// What does not hold of the papers of one payment, a line each.
pub(super) fn check(conn: &mut Conn, payment: &Payment) -> Result<Vec<String>> {
    let (mut due, there) = (due(conn, payment)?, issued(conn, payment)?);
    due.retain(|_, minor| *minor != 0);
    let mut wrong = vec![];
    for ((kind, source), minor) in &due {
        match there.get(&(*kind, source.clone())) {
            Some(paper) if paper == minor => {}
            Some(paper) => wrong.push(format!(
                "payment {}: the {kind} for {source} says {paper} and the books {minor}",
                payment.id
            )),
            None => wrong.push(format!("payment {}: no {kind} for {source}", payment.id)),
        }
    }
    let extra = there.keys().filter(|key| !due.contains_key(*key));
    wrong.extend(extra.map(|(kind, source)| {
        format!("payment {}: a {kind} for {source}, which moved nothing", payment.id)
    }));
    Ok(wrong)
}

/// By the books.
fn due(conn: &mut Conn, payment: &Payment) -> Result<Sums> {
    let rows: Vec<(JournalKind, String, Account, i64)> = postings::table
        .inner_join(journals::table.on(journals::id.eq(postings::journal_id)))
        .filter(postings::booking_id.eq(payment.booking_id))
        .filter(journals::livemode.eq(payment.livemode))
        .select((journals::kind, journals::source_id, postings::account, postings::amount_minor))
        .load(conn)?;
    let mut sums = Sums::new();
    for (kind, source, account, minor) in rows {
        let is_fee = matches!(account, Account::Commission | Account::Vat);
        let is_price = is_fee || matches!(account, Account::Held | Account::Payable);
        let mut add = |kind: PaperKind, minor: i64| {
            *sums.entry((kind.as_str(), source.clone())).or_default() += minor;
        };
        match kind {
            JournalKind::Charge if account == Account::Held => add(PaperKind::Invoice, -minor),
            JournalKind::Release if is_fee => add(PaperKind::CommissionInvoice, -minor),
            JournalKind::Refund | JournalKind::DisputeLost if is_price => {
                add(PaperKind::CreditNote, minor);
                if is_fee {
                    add(PaperKind::CommissionCreditNote, minor);
                }
            }
            _ => {}
        }
    }
    Ok(sums)
}

fn issued(conn: &mut Conn, payment: &Payment) -> Result<Sums> {
    let rows: Vec<(PaperKind, String, i64)> = papers::table
        .filter(papers::payment_id.eq(payment.id))
        .select((papers::kind, papers::source_id, papers::gross_minor))
        .load(conn)?;
    let mut sums = Sums::new();
    for (kind, source, minor) in rows {
        *sums.entry((kind.as_str(), source)).or_default() += minor;
    }
    Ok(sums)
}
