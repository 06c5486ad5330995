//! Payments of the demo world: recorded, never charged. They go through the same table, books and
//! papers as any other; only Stripe's part is made up, in words that nobody can take for Stripe's.
//!
//! A folder that holds them takes no key: its money was never there.

use diesel::prelude::*;

use super::account::{AccountId, PayoutAccount};
use super::answers::{apply, follow_answer};
use super::balance_line::BalanceLine;
use super::follow::Follow;
use super::gateway::objects::{
    BalanceTransaction, Capabilities, Charge, CheckoutSession, ConnectedAccount, CreatedObject,
    FetchedRefund, FetchedTransfer, Intent, ListedLine, Metadata, StripeList,
};
use super::gateway::{StripeAnswer, StripeGateway};
use super::look::Facts;
use super::operation::{Operation, OperationKind, OperationState};
use super::payment::Payment;
use super::refund::Refund;
use super::schema::payments;
use super::transfer::Transfer;
use crate::bookings::{BookingId, Notifier, OnlineRules};
use crate::clock::{Instant, Span};
use crate::config::{CURRENCIES, Operator, StripeSettings};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::users::UserId;

const MARK: &str = "recorded";

/// Whether a folder holds payments that were recorded.
pub fn is_there(conn: &mut Conn) -> Result<bool> {
    let own = payments::table.filter(payments::session_id.like(format!("cs_{MARK}_%")));
    Ok(diesel::select(diesel::dsl::exists(own)).get_result(conn)?)
}

/// Goes on with a payment that was recorded; any other waits for its key.
pub fn follow(conn: &mut Conn, mail: Mail, id: BookingId, now: Instant) -> Result<()> {
    let payment = Payment::last_of(conn, id)?.filter(Payment::is_recorded);
    if payment.is_none() {
        return Ok(());
    }
    let recorder = Recorder::new(mail)?;
    recorder.settle(conn, id, now)?;
    recorder.keep_lines(conn, id, now)
}

/// The same for all that are not over.
pub fn follow_all(conn: &mut Conn, mail: &Mail, now: Instant) -> Result<()> {
    if !is_there(conn)? {
        return Ok(());
    }
    for id in Payment::unsettled(conn, BookingId(0), 100)? {
        follow(conn, mail.clone(), id, now)?;
    }
    Ok(())
}

impl Payment {
    /// Whether no card was ever asked for.
    pub fn is_recorded(&self) -> bool {
        let start = format!("cs_{MARK}_");
        self.session_id.as_ref().is_some_and(|id| id.starts_with(&start))
    }
}

/// Plays Stripe's part. Connects to nothing.
pub struct Recorder {
    gateway: StripeGateway,
    mail: Mail,
}

impl Recorder {
    pub fn new(mail: Mail) -> Result<Self> {
        let settings = StripeSettings {
            key: format!("sk_test_{MARK}"),
            webhook_secrets: vec![],
            api_base: None,
            commission_bps: 500,
            commission_vat_bps: 0,
            currencies: CURRENCIES.to_vec(),
            is_required: false,
        };
        let gateway = StripeGateway::open(&settings).map_err(Error::internal)?;
        let operator = Operator {
            name: Some("Footing (demo)".to_owned()),
            address: Some("Recorded for a demo; no money moved".to_owned()),
            ..Operator::default()
        };
        Ok(Self { gateway: gateway.run_by(&operator), mail })
    }

    /// What can be paid so.
    pub fn rules(&self) -> OnlineRules {
        OnlineRules { livemode: false, currencies: CURRENCIES.to_vec(), is_required: false }
    }

    /// Whoever is paid in the world can be paid.
    pub fn admit(&self, conn: &mut Conn, accountant: UserId, now: Instant) -> Result<AccountId> {
        let account = PayoutAccount::begin(conn, accountant, false, "GB", now)?;
        let id = format!("acct_{MARK}_{}", account.id);
        account.note_made(conn, &id)?;
        let fetched = ConnectedAccount {
            id,
            details_submitted: Some(true),
            payouts_enabled: Some(true),
            capabilities: Some(Capabilities { transfers: Some("active".to_owned()) }),
            requirements: None,
        };
        account.follow(conn, &Notifier(&self.mail), &fetched, now)?;
        Ok(account.id)
    }

    /// Makes a booking and its payment follow each other as of `now`, with everything that Stripe is
    /// asked for done at once; a page to pay on is paid on.
    pub fn settle(&self, conn: &mut Conn, id: BookingId, now: Instant) -> Result<()> {
        let desk = Notifier(&self.mail);
        let follow = Follow { gateway: &self.gateway, desk: &desk, base_url: &self.mail.base_url };
        follow.settle(conn, id, now)?;
        for round in 0..8 {
            let at = now + Span::seconds(20 * round);
            let Some(payment) = Payment::last_of(conn, id)? else { return Ok(()) };
            let open = Operation::of_payment(conn, payment.id)?;
            let open = open.iter().find(|one| one.state == OperationState::Waiting);
            if let Some(operation) = open {
                self.answer(conn, &follow, operation, at)?;
            }
            let payment = Payment::by_id(conn, payment.id)?;
            let facts = facts(conn, &payment, at)?;
            apply(&follow, conn, &payment, &facts, at)?;
        }
        Ok(())
    }

    fn answer(
        &self,
        conn: &mut Conn,
        follow: &Follow<'_>,
        operation: &Operation,
        now: Instant,
    ) -> Result<()> {
        let word = match operation.kind {
            OperationKind::CreateSession | OperationKind::ExpireSession => "cs",
            OperationKind::Capture | OperationKind::Cancel => "pi",
            OperationKind::Refund => "re",
            OperationKind::Transfer => "tr",
            OperationKind::Reversal => "trr",
            OperationKind::CreateAccount => "acct",
        };
        let made = CreatedObject { id: format!("{word}_{MARK}_{}", operation.id), url: None };
        let answer = StripeAnswer::Done(made);
        operation.note_sent(conn, now)?;
        operation.record(conn, &answer, now)?;
        follow_answer(follow, conn, operation, &answer, now)
    }

    /// The lines that Stripe's own books would have.
    pub fn keep_lines(&self, conn: &mut Conn, id: BookingId, now: Instant) -> Result<()> {
        let Some(payment) = Payment::last_of(conn, id)? else { return Ok(()) };
        let facts = facts(conn, &payment, now)?;
        let charge = facts.intent.and_then(|intent| intent.latest_charge);
        let mut lines: Vec<ListedLine> = charge
            .and_then(|charge| Some((charge.id, charge.balance_transaction?)))
            .map(|(id, line)| listed(line, id))
            .into_iter()
            .collect();
        for refund in facts.refunds {
            lines.extend(refund.balance_transaction.map(|line| listed(line, refund.id)));
        }
        for sent in facts.transfers {
            let line = line(&sent.id, sent.created, &sent.currency, (-sent.amount, 0), "transfer");
            lines.push(listed(line, sent.id));
        }
        for line in &lines {
            BalanceLine::keep(conn, false, line, now)?;
        }
        BalanceLine::compare(conn, false)
    }
}

fn listed(line: BalanceTransaction, source: String) -> ListedLine {
    ListedLine {
        id: line.id,
        created: line.created,
        currency: line.currency,
        net: line.net,
        source: Some(source),
        kind: line.kind.unwrap_or_default(),
    }
}

fn line(
    source: &str,
    created: i64,
    currency: &str,
    (amount, fee): (i64, i64),
    kind: &str,
) -> BalanceTransaction {
    BalanceTransaction {
        id: format!("txn_{source}"),
        created,
        currency: currency.to_owned(),
        amount,
        fee,
        net: amount - fee,
        kind: Some(kind.to_owned()),
    }
}

/// What Stripe would show of a payment that was paid, by what was asked for.
fn facts(conn: &mut Conn, payment: &Payment, now: Instant) -> Result<Facts> {
    let Some(session) = payment.session_id.clone() else { return Ok(Facts::default()) };
    let operations = Operation::of_payment(conn, payment.id)?;
    let is_done =
        |kind| operations.iter().any(|one| one.kind == kind && one.state == OperationState::Done);
    let currency = payment.currency.to_lowercase();
    let mark = Metadata { footing: Some(payment.id.to_string()) };
    let charged_at = payment.captured_at.unwrap_or(now).seconds();
    let is_captured = is_done(OperationKind::Capture);
    let status = match (is_captured, is_done(OperationKind::Cancel)) {
        (true, _) => "succeeded",
        (_, true) => "canceled",
        _ => "requires_capture",
    };
    let own = |word: &str| format!("{word}_{MARK}_{}", payment.id);
    let charge = charge(payment, own("ch"), charged_at, is_captured);
    let intent = Intent {
        id: own("pi"),
        livemode: false,
        status: status.to_owned(),
        amount: payment.amount_minor,
        amount_received: None,
        currency: currency.clone(),
        metadata: Some(mark.clone()),
        latest_charge: Some(charge),
    };
    let session = CheckoutSession {
        id: session,
        livemode: false,
        status: Some("complete".to_owned()),
        url: None,
        payment_intent: Some(own("pi")),
        amount_total: Some(payment.amount_minor),
        currency: Some(currency.clone()),
        metadata: Some(mark),
    };
    Ok(Facts {
        session: Some(session),
        intent: Some(intent),
        refunds: refunds(conn, payment, &currency)?,
        disputes: vec![],
        transfers: transfers(conn, payment, &currency)?,
    })
}

fn charge(payment: &Payment, id: String, created: i64, is_captured: bool) -> Charge {
    // what a European card costs: 1.5 % and 25 cents
    let fee = (payment.amount_minor * 15 + 500) / 1_000 + 25;
    let amounts = (payment.amount_minor, fee);
    let currency = payment.currency.to_lowercase();
    Charge {
        balance_transaction: is_captured.then(|| line(&id, created, &currency, amounts, "charge")),
        id,
        created,
        captured: Some(is_captured),
        amount: payment.amount_minor,
        payment_method_details: None,
    }
}

fn refunds(conn: &mut Conn, payment: &Payment, currency: &str) -> Result<Vec<FetchedRefund>> {
    let made = |refund: Refund| {
        let id = refund.stripe_id.clone()?;
        let created = refund.created_at.seconds();
        Some(FetchedRefund {
            balance_transaction: Some(line(
                &id,
                created,
                currency,
                (-refund.amount_minor, 0),
                "refund",
            )),
            id,
            created,
            amount: refund.amount_minor,
            currency: currency.to_owned(),
            status: Some("succeeded".to_owned()),
            metadata: Some(Metadata { footing: Some(refund.id.to_string()) }),
            failure_balance_transaction: None,
        })
    };
    Ok(Refund::of(conn, payment.id)?.into_iter().filter_map(made).collect())
}

fn transfers(conn: &mut Conn, payment: &Payment, currency: &str) -> Result<Vec<FetchedTransfer>> {
    let made = |transfer: Transfer| {
        Some(FetchedTransfer {
            id: transfer.stripe_id.clone()?,
            created: transfer.created_at.seconds(),
            amount: transfer.amount_minor,
            amount_reversed: 0,
            currency: currency.to_owned(),
            metadata: Some(Metadata { footing: Some(transfer.id.to_string()) }),
            reversals: Some(StripeList { data: vec![], has_more: false }),
        })
    };
    Ok(Transfer::of(conn, payment.id)?.into_iter().filter_map(made).collect())
}
