//! Stripe's objects, as far as they are read: small structs of our own, in which a field that Stripe
//! leaves out, or adds, breaks nothing. What says who somebody is, or which card it was, is not read.

use miniserde::Deserialize;

/// Anything that was made: its id, and where its page is if it has one.
#[derive(Debug, Clone, Deserialize)]
pub struct CreatedObject {
    pub id: String,
    pub url: Option<String>,
}

/// A page of a list, and whether there is more.
#[derive(Debug, Clone, Deserialize)]
pub struct StripeList<T> {
    pub data: Vec<T>,
    pub has_more: bool,
}

/// The one thing that Footing hangs on Stripe's objects: the id of its own row.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Metadata {
    pub footing: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct CheckoutSession {
    pub id: String,
    pub livemode: bool,
    /// `open`, `complete` or `expired`.
    pub status: Option<String>,
    pub url: Option<String>,
    pub payment_intent: Option<String>,
    pub amount_total: Option<i64>,
    pub currency: Option<String>,
    pub metadata: Option<Metadata>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Intent {
    pub id: String,
    pub livemode: bool,
    /// `requires_capture`, `succeeded`, `canceled`, `processing` and what comes before.
    pub status: String,
    pub amount: i64,
    pub amount_received: Option<i64>,
    pub currency: String,
    pub metadata: Option<Metadata>,
    pub latest_charge: Option<Charge>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Charge {
    pub id: String,
    pub created: i64,
    pub captured: Option<bool>,
    pub amount: i64,
    pub payment_method_details: Option<MethodDetails>,
    pub balance_transaction: Option<BalanceTransaction>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct MethodDetails {
    pub card: Option<CardDetails>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct CardDetails {
    /// Seconds; until then a hold can be charged.
    pub capture_before: Option<i64>,
    /// The same for every payment with one card.
    pub fingerprint: Option<String>,
}

/// One line of Stripe's own books, in the currency that it was settled in.
#[derive(Debug, Clone, Deserialize)]
pub struct BalanceTransaction {
    pub id: String,
    pub created: i64,
    pub currency: String,
    pub amount: i64,
    pub fee: i64,
    pub net: i64,
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct FetchedRefund {
    pub id: String,
    pub created: i64,
    pub amount: i64,
    pub currency: String,
    /// `pending`, `requires_action`, `succeeded`, `failed` or `canceled`.
    pub status: Option<String>,
    pub metadata: Option<Metadata>,
    pub balance_transaction: Option<BalanceTransaction>,
    pub failure_balance_transaction: Option<BalanceTransaction>,
}

/// A bank asks for the money of a charge back, or asks why it was taken.
#[derive(Debug, Clone, Deserialize)]
pub struct FetchedDispute {
    pub id: String,
    pub created: i64,
    pub amount: i64,
    pub currency: String,
    /// `needs_response`, `under_review`, `won`, `lost`, `prevented`, and `warning_…` of an inquiry.
    pub status: String,
    pub balance_transactions: Vec<BalanceTransaction>,
    pub evidence_details: Option<EvidenceDetails>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct EvidenceDetails {
    /// Seconds.
    pub due_by: Option<i64>,
}

/// What is enough of a refund or a dispute to know which payment it is about.
#[derive(Debug, Clone, Deserialize)]
pub struct OfIntent {
    pub id: String,
    pub payment_intent: Option<String>,
}

/// A link into Stripe's pages. It has no id.
#[derive(Debug, Clone, Deserialize)]
pub struct HostedLink {
    pub url: String,
}

/// Money on its way to a bank.
#[derive(Debug, Clone, Deserialize)]
pub struct Payout {
    pub id: String,
    /// `paid`, `pending`, `in_transit`, `canceled` or `failed`.
    pub status: String,
}

/// What a notice was about, as Stripe lists them.
#[derive(Debug, Clone, Deserialize)]
pub struct ListedEvent {
    pub id: String,
    pub created: i64,
    pub livemode: bool,
    #[serde(rename = "type")]
    pub kind: String,
    pub data: ListedData,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ListedData {
    pub object: ListedObject,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ListedObject {
    pub id: Option<String>,
}

/// A line of Stripe's books as the nightly comparison reads it.
#[derive(Debug, Clone, Deserialize)]
pub struct ListedLine {
    pub id: String,
    pub created: i64,
    pub currency: String,
    pub net: i64,
    pub source: Option<String>,
    #[serde(rename = "type")]
    pub kind: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct FetchedTransfer {
    pub id: String,
    pub created: i64,
    pub amount: i64,
    pub amount_reversed: i64,
    pub currency: String,
    pub metadata: Option<Metadata>,
    pub reversals: Option<StripeList<FetchedReversal>>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct FetchedReversal {
    pub id: String,
    pub created: i64,
    pub amount: i64,
    pub currency: String,
    pub metadata: Option<Metadata>,
}

/// A connected account: whether it can be paid, and what Stripe still asks for.
#[derive(Debug, Clone, Deserialize)]
pub struct ConnectedAccount {
    pub id: String,
    pub details_submitted: Option<bool>,
    pub payouts_enabled: Option<bool>,
    pub capabilities: Option<Capabilities>,
    pub requirements: Option<Requirements>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Capabilities {
    pub transfers: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Requirements {
    pub currently_due: Option<Vec<String>>,
    pub disabled_reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stripe_leaves_out_or_adds_breaks_nothing() {
        let text = r#"{"id":"pi_1","object":"payment_intent","livemode":false,"amount":8500,
            "currency":"eur","status":"requires_capture","metadata":{"footing":"X","more":"y"},
            "latest_charge":{"id":"ch_1","created":1795000000,"amount":8500,"captured":false,
            "payment_method_details":{"card":{"capture_before":1795400000,"last4":"4242"}},
            "balance_transaction":null},"something_new":{"a":[1,2]}}"#;
        let intent: Intent = miniserde::json::from_str(text).unwrap();
        let charge = intent.latest_charge.unwrap();
        assert_eq!(
            charge.payment_method_details.unwrap().card.unwrap().capture_before,
            Some(1_795_400_000)
        );
        assert!(charge.balance_transaction.is_none() && intent.amount_received.is_none());
        assert_eq!(intent.metadata.unwrap().footing.as_deref(), Some("X"));
    }
}
