//! What is asked of Stripe, as path and body. The bodies are made by the crate's typed builders, so
//! that a misspelt parameter does not compile, and are sent as they were written down.
//!
//! Only parameters that stand in both versions of Stripe's schema that matter are sent: the one that
//! the crate names and the one that the tests check against.

use std::collections::HashMap;

use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionAdaptivePricing, CreateCheckoutSessionLineItems,
    CreateCheckoutSessionLineItemsPriceData, CreateCheckoutSessionPaymentIntentData,
    CreateCheckoutSessionPaymentIntentDataCaptureMethod, ExpireCheckoutSession, ProductData,
};
use stripe_client_core::{RequestBuilder, StripeRequest};
use stripe_connect::transfer::CreateTransfer;
use stripe_connect::transfer_reversal::CreateIdTransferReversal;
use stripe_core::payment_intent::{CancelPaymentIntent, CapturePaymentIntent};
use stripe_core::refund::CreateRefund;

use crate::clock::Instant;

/// A request that has been written out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub path: String,
    pub body: String,
}

impl From<RequestBuilder> for Request {
    fn from(built: RequestBuilder) -> Self {
        Self { path: built.path, body: built.body.unwrap_or_default() }
    }
}

/// What a page of Stripe's is made for.
#[derive(Debug, Clone)]
pub struct SessionWish<'a> {
    /// Our row; the only thing that Stripe learns about it.
    pub payment: &'a str,
    pub booking: &'a str,
    pub amount_minor: i64,
    pub currency: &'a str,
    pub expires_at: Instant,
    /// Where the site is, without a slash at the end.
    pub base_url: &'a str,
}

/// A page to pay on. The card is held, never charged at once.
pub fn create_session(wish: &SessionWish<'_>) -> Request {
    let name = format!("Accounting service, booking {}", wish.booking);
    let product = ProductData { name, ..product() };
    let price = CreateCheckoutSessionLineItemsPriceData {
        product_data: Some(product),
        unit_amount: Some(wish.amount_minor),
        ..CreateCheckoutSessionLineItemsPriceData::new(currency(wish.currency))
    };
    let line = CreateCheckoutSessionLineItems {
        price_data: Some(price),
        quantity: Some(1),
        ..CreateCheckoutSessionLineItems::new()
    };
    let intent = CreateCheckoutSessionPaymentIntentData {
        capture_method: Some(CreateCheckoutSessionPaymentIntentDataCaptureMethod::Manual),
        transfer_group: Some(transfer_group(wish.booking)),
        metadata: Some(mark(wish.payment)),
        ..CreateCheckoutSessionPaymentIntentData::new()
    };
    let page = format!("{}/bookings/{}", wish.base_url, wish.booking);
    CreateCheckoutSession::new()
        .mode(stripe_checkout::CheckoutSessionMode::Payment)
        .line_items(vec![line])
        .payment_intent_data(intent)
        .metadata(mark(wish.payment))
        .client_reference_id(wish.payment)
        .adaptive_pricing(CreateCheckoutSessionAdaptivePricing { enabled: Some(false) })
        .expires_at(wish.expires_at.micros().div_euclid(1_000_000))
        .success_url(format!("{page}/paid"))
        .cancel_url(format!("{page}/pay"))
        .build()
        .into()
}

pub fn expire_session(session: &str) -> Request {
    ExpireCheckoutSession::new(session).build().into()
}

/// Charges a card that is held, all of it.
pub fn capture(intent: &str) -> Request {
    CapturePaymentIntent::new(intent).build().into()
}

/// Lets a held card go.
pub fn cancel(intent: &str) -> Request {
    CancelPaymentIntent::new(intent).build().into()
}

pub fn refund(refund: &str, intent: &str, amount_minor: i64) -> Request {
    CreateRefund::new()
        .payment_intent(intent)
        .amount(amount_minor)
        .metadata(mark(refund))
        .build()
        .into()
}

/// What a transfer is made of.
#[derive(Debug, Clone)]
pub struct TransferWish<'a> {
    pub transfer: &'a str,
    pub booking: &'a str,
    /// The charge whose money it is: it can be sent while it is still settling.
    pub charge: &'a str,
    pub account: &'a str,
    pub amount_minor: i64,
    pub currency: &'a str,
}

pub fn transfer(wish: &TransferWish<'_>) -> Request {
    CreateTransfer::new(currency(wish.currency), wish.account)
        .amount(wish.amount_minor)
        .source_transaction(wish.charge)
        .transfer_group(transfer_group(wish.booking))
        .metadata(mark(wish.transfer))
        .build()
        .into()
}

pub fn reversal(reversal: &str, transfer: &str, amount_minor: i64) -> Request {
    CreateIdTransferReversal::new(transfer)
        .amount(amount_minor)
        .metadata(mark(reversal))
        .build()
        .into()
}

/// What ties the transfers of one booking together.
pub fn transfer_group(booking: &str) -> String {
    format!("bk_{booking}")
}

fn mark(row: &str) -> HashMap<String, String> {
    HashMap::from([("footing".to_owned(), row.to_owned())])
}

fn product() -> ProductData {
    ProductData::new("")
}

/// Stripe writes the letters small; one that it does not know it refuses itself.
fn currency(code: &str) -> stripe_types::Currency {
    let code = code.to_lowercase();
    code.parse().unwrap_or(stripe_types::Currency::Unknown(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(request: &Request) -> Vec<(String, String)> {
        let read = form_urlencoded::parse(request.body.as_bytes());
        read.map(|(name, value)| (name.to_string(), value.to_string())).collect()
    }

    #[test]
    fn a_page_to_pay_on_holds_the_card_and_names_nobody() {
        let wish = SessionWish {
            payment: "0PAYMENT00001",
            booking: "0BOOKING00001",
            amount_minor: 8_500,
            currency: "EUR",
            expires_at: Instant::from_micros(1_795_000_000_000_000),
            base_url: "https://footing.example",
        };
        let request = create_session(&wish);
        assert_eq!(request.path, "/checkout/sessions");
        let mut fields = fields(&request);
        fields.sort();
        let expected = [
            ("adaptive_pricing[enabled]", "false"),
            ("cancel_url", "https://footing.example/bookings/0BOOKING00001/pay"),
            ("client_reference_id", "0PAYMENT00001"),
            ("expires_at", "1795000000"),
            ("line_items[0][price_data][currency]", "eur"),
            (
                "line_items[0][price_data][product_data][name]",
                "Accounting service, booking 0BOOKING00001",
            ),
            ("line_items[0][price_data][unit_amount]", "8500"),
            ("line_items[0][quantity]", "1"),
            ("metadata[footing]", "0PAYMENT00001"),
            ("mode", "payment"),
            ("payment_intent_data[capture_method]", "manual"),
            ("payment_intent_data[metadata][footing]", "0PAYMENT00001"),
            ("payment_intent_data[transfer_group]", "bk_0BOOKING00001"),
            ("success_url", "https://footing.example/bookings/0BOOKING00001/paid"),
        ];
        let expected: Vec<_> = expected
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(fields, expected);
        assert_eq!(create_session(&wish), request, "the same wish is the same bytes");
    }

    #[test]
    fn what_moves_money_names_the_amount_and_our_own_row() {
        assert_eq!(
            capture("pi_1"),
            Request { path: "/payment_intents/pi_1/capture".into(), body: String::new() }
        );
        assert_eq!(cancel("pi_1").path, "/payment_intents/pi_1/cancel");
        assert_eq!(expire_session("cs_1").path, "/checkout/sessions/cs_1/expire");
        let back = refund("0REFUND000001", "pi_1", 4_250);
        assert_eq!(back.body, "amount=4250&metadata[footing]=0REFUND000001&payment_intent=pi_1");
        let sent = transfer(&TransferWish {
            transfer: "0TRANSFER0001",
            booking: "0BOOKING00001",
            charge: "ch_1",
            account: "acct_1",
            amount_minor: 8_075,
            currency: "EUR",
        });
        assert!(
            sent.body.contains("source_transaction=ch_1")
                && sent.body.contains("destination=acct_1")
        );
        assert_eq!(reversal("0REVERSAL0001", "tr_1", 90).path, "/transfers/tr_1/reversals");
    }
}
