//! What Stripe says of a payment now: fetched, never taken from a notice.

use super::gateway::objects::{
    CheckoutSession, FetchedDispute, FetchedRefund, FetchedTransfer, Intent, StripeList,
};
use super::gateway::requests::transfer_group;
use super::gateway::{StripeAnswer, StripeGateway};
use super::payment::{Freeze, Payment, PaymentState};
use crate::clock::{Instant, Span};

/// Everything of one payment that Stripe keeps.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub session: Option<CheckoutSession>,
    pub intent: Option<Intent>,
    pub refunds: Vec<FetchedRefund>,
    pub disputes: Vec<FetchedDispute>,
    pub transfers: Vec<FetchedTransfer>,
}

/// More pages than this of one payment's refunds are nobody's.
const MOST_PAGES: usize = 20;

impl Facts {
    /// Fetches them. None if Stripe cannot be asked now: then nothing is known.
    pub async fn fetch(gateway: &StripeGateway, payment: &Payment) -> Option<Self> {
        let Some(session) = &payment.session_id else { return Some(Self::default()) };
        let session: CheckoutSession =
            done(gateway.get(&format!("/checkout/sessions/{session}"), "").await)?;
        let Some(intent) = session.payment_intent.clone().or_else(|| payment.intent_id.clone())
        else {
            return Some(Self { session: Some(session), ..Self::default() });
        };
        let expand = "expand[0]=latest_charge.balance_transaction";
        let found: Intent = done(gateway.get(&format!("/payment_intents/{intent}"), expand).await)?;
        let was_captured = found.status == "succeeded";
        let mut facts = Self { session: Some(session), intent: Some(found), ..Self::default() };
        if was_captured {
            facts.refunds = list(
                gateway,
                "/refunds",
                &format!(
                    "payment_intent={intent}&limit=100&expand[0]=data.balance_transaction\
                     &expand[1]=data.failure_balance_transaction"
                ),
                |refund: &FetchedRefund| refund.id.clone(),
            )
            .await?;
            facts.disputes = list(
                gateway,
                "/disputes",
                &format!("payment_intent={intent}&limit=100"),
                |dispute: &FetchedDispute| dispute.id.clone(),
            )
            .await?;
            let group = transfer_group(&payment.booking_id.to_string());
            facts.transfers = list(
                gateway,
                "/transfers",
                &format!("transfer_group={group}&limit=100"),
                |transfer: &FetchedTransfer| transfer.id.clone(),
            )
            .await?;
        }
        Some(facts)
    }
}

/// All of a list about one payment.
async fn list<T: miniserde::Deserialize>(
    gateway: &StripeGateway,
    path: &str,
    query: &str,
    id: impl Fn(&T) -> String,
) -> Option<Vec<T>> {
    pages(gateway, path, query, MOST_PAGES, id).await
}

/// All of a list. None if Stripe cannot be asked now, or the list is longer.
pub(super) async fn pages<T: miniserde::Deserialize>(
    gateway: &StripeGateway,
    path: &str,
    query: &str,
    most: usize,
    id: impl Fn(&T) -> String,
) -> Option<Vec<T>> {
    let mut all: Vec<T> = vec![];
    for _ in 0..most {
        let query = match all.last() {
            None => query.to_owned(),
            Some(last) => format!("{query}&starting_after={}", id(last)),
        };
        let page: StripeList<T> = done(gateway.get(path, &query).await)?;
        let is_last = !page.has_more || page.data.is_empty();
        all.extend(page.data);
        if is_last {
            return Some(all);
        }
    }
    None
}

fn done<T>(answer: StripeAnswer<T>) -> Option<T> {
    match answer {
        StripeAnswer::Done(object) => Some(object),
        StripeAnswer::Refused { .. }
        | StripeAnswer::Stopped { .. }
        | StripeAnswer::Unknown { .. } => None,
    }
}

/// What the payment is by what was fetched, as far as that is news: states only rise.
pub fn apply(payment: &Payment, facts: &Facts, now: Instant) -> Payment {
    let mut next = payment.clone();
    let Some(session) = &facts.session else { return next };
    if !is_ours(payment, facts) {
        next.frozen = Some(Freeze::Mismatch);
        next.look_at = None;
        return next;
    }
    next.frozen = next.frozen.filter(|freeze| *freeze != Freeze::Mismatch);
    let state = match (
        facts.intent.as_ref().map(|intent| intent.status.as_str()),
        session.status.as_deref(),
    ) {
        (Some("succeeded"), _) => PaymentState::Captured,
        (Some("canceled"), _) => PaymentState::Voided,
        (Some("requires_capture"), _) => PaymentState::Authorised,
        (_, Some("expired")) => PaymentState::Lapsed,
        _ => PaymentState::Open,
    };
    if let Some(intent) = &facts.intent {
        next.intent_id = Some(next.intent_id.unwrap_or_else(|| intent.id.clone()));
        let charge = intent.latest_charge.as_ref();
        if let Some(charge) = charge.filter(|_| state.rank() >= PaymentState::Authorised.rank()) {
            next.charge_id = Some(charge.id.clone());
            let card = charge.payment_method_details.as_ref().and_then(|of| of.card.as_ref());
            next.capture_before = card
                .and_then(|card| card.capture_before)
                .map(|seconds| Instant::from_micros(seconds.saturating_mul(1_000_000)))
                .or(next.capture_before);
        }
    }
    if state.rank() > payment.state.rank() {
        next.state = state;
        match state {
            PaymentState::Authorised => next.authorised_at = Some(now),
            PaymentState::Captured => next.captured_at = Some(now),
            _ => {}
        }
    }
    next.look_at = look_again(&next, now);
    next
}

/// Amount, currency, mode and mark of everything fetched must be those of the row.
fn is_ours(payment: &Payment, facts: &Facts) -> bool {
    let currency = payment.currency.to_lowercase();
    let own = payment.id.to_string();
    let session_fits = facts.session.as_ref().is_none_or(|session| {
        session.livemode == payment.livemode
            && session.amount_total.is_none_or(|amount| amount == payment.amount_minor)
            && session.currency.as_ref().is_none_or(|code| *code == currency)
            && session.metadata.as_ref().and_then(|of| of.footing.as_ref()) == Some(&own)
    });
    let intent_fits = facts.intent.as_ref().is_none_or(|intent| {
        intent.livemode == payment.livemode
            && intent.amount == payment.amount_minor
            && intent.currency == currency
            && intent.metadata.as_ref().and_then(|of| of.footing.as_ref()) == Some(&own)
            && payment.intent_id.as_ref().is_none_or(|known| *known == intent.id)
    });
    session_fits && intent_fits
}

/// When Stripe is asked again if no notice comes.
fn look_again(payment: &Payment, now: Instant) -> Option<Instant> {
    match payment.state {
        PaymentState::Created => None,
        // the page may have been paid on in its last second
        PaymentState::Open => {
            Some((payment.expires_at + Span::seconds(10)).max(now + Span::minutes(1)))
        }
        PaymentState::Authorised => {
            let end = payment.capture_before.unwrap_or(now + Span::hours(114));
            Some(end.max(now + Span::minutes(5)))
        }
        PaymentState::Lapsed | PaymentState::Voided => None,
        PaymentState::Captured => None,
    }
}
