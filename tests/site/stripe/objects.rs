//! Pages to pay on, intents and their charges: held, charged, let go.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Books;
use super::money::Line;

/// A card that can be held.
#[derive(Debug, Clone, Copy)]
pub struct Card {
    /// Seconds until the bank lets the hold go.
    pub lasts: i64,
}

/// A refusal: status, kind of error, code and words.
pub type Refused = (u16, &'static str, &'static str, String);

/// The fields of a form, by their names with brackets.
pub type Fields = BTreeMap<String, String>;

/// A refusal of what was asked for.
pub fn refused(code: &'static str, words: impl Into<String>) -> Refused {
    (400, "invalid_request_error", code, words.into())
}

/// A field that must be there.
pub fn needed<'a>(form: &'a Fields, name: &str) -> Result<&'a str, Refused> {
    let missing = || refused("parameter_missing", format!("Missing required param: {name}."));
    form.get(name).map(String::as_str).ok_or_else(missing)
}

/// A field that must be a number.
pub fn number(form: &Fields, name: &str) -> Result<i64, Refused> {
    let text = needed(form, name)?;
    let wrong = |_| refused("parameter_invalid_integer", format!("Invalid integer: {text}"));
    text.parse().map_err(wrong)
}

/// `<prefix>[…]` as the object that it stands for.
pub fn metadata(form: &Fields, prefix: &str) -> Value {
    let own = |(name, value): (&String, &String)| {
        let key = name.strip_prefix(prefix)?.strip_prefix('[')?.strip_suffix(']')?;
        Some((key.to_owned(), json!(value)))
    };
    Value::Object(form.iter().filter_map(own).collect())
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

pub fn whole(value: &Value) -> i64 {
    value.as_i64().unwrap()
}

impl Books {
    pub fn next(&mut self, prefix: &str) -> String {
        self.last += 1;
        format!("{prefix}_test_{:06}", self.last)
    }

    pub(super) fn put(&mut self, object: Value) -> Value {
        self.objects.insert(text(&object["id"]), object.clone());
        object
    }

    /// Everything of a kind, oldest first. Ids begin with their kind and stand in order, so that what
    /// many have paid for makes no answer slower.
    pub(super) fn of_kind(&self, kind: &str) -> impl DoubleEndedIterator<Item = &Value> {
        let (from, to) = match kind {
            "account" => ("acct_", "acct`"),
            "balance_transaction" => ("txn_", "txn`"),
            "charge" => ("ch_", "ch`"),
            "checkout.session" => ("cs_", "cs`"),
            "dispute" => ("dp_", "dp`"),
            "event" => ("evt_", "evt`"),
            "payment_intent" => ("pi_", "pi`"),
            "payout" => ("po_", "po`"),
            "refund" => ("re_", "re`"),
            "transfer" => ("tr_", "tr`"),
            "transfer_reversal" => ("trr_", "trr`"),
            _ => panic!("what begins the ids of {kind}?"),
        };
        self.objects.range(from.to_owned()..to.to_owned()).map(|(_, object)| object)
    }

    pub fn get(&self, id: &str) -> Result<Value, Refused> {
        let missing =
            || (404, "invalid_request_error", "resource_missing", format!("No such object: {id}"));
        self.objects.get(id).cloned().ok_or_else(missing)
    }

    /// One of a kind: an id of another kind's names nothing.
    pub(super) fn get_of(&self, kind: &str, id: &str) -> Result<Value, Refused> {
        let object = self.get(id)?;
        if object["object"] == kind {
            return Ok(object);
        }
        self.get(&format!("{kind} {id}"))
    }

    /// What Stripe does by itself when its time has come: pages close, and banks let go.
    pub(super) fn pass_time(&mut self) {
        let now = self.now;
        let is_closed =
            |session: &&Value| session["status"] == "open" && whole(&session["expires_at"]) <= now;
        // some time after the bank did
        let is_let_go = |intent: &&Value| {
            intent["status"] == "requires_capture" && whole(&intent["of_hold"]) + 3600 <= now
        };
        let closed: Vec<Value> =
            self.of_kind("checkout.session").filter(is_closed).cloned().collect();
        let let_go: Vec<Value> =
            self.of_kind("payment_intent").filter(is_let_go).cloned().collect();
        for session in closed {
            self.close_session(session);
        }
        for intent in let_go {
            self.let_go(intent, "automatic");
        }
    }

    pub fn create_session(&mut self, form: &Fields) -> Result<Value, Refused> {
        let expires = match form.contains_key("expires_at") {
            true => number(form, "expires_at")?,
            false => self.now + 86_400,
        };
        if expires < self.now + 30 * 60 || expires > self.now + 86_400 {
            let words =
                "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.";
            return Err(refused("parameter_invalid", words));
        }
        let amount = number(form, "line_items[0][price_data][unit_amount]")?
            * number(form, "line_items[0][quantity]")?;
        let id = self.next("cs");
        let url = format!("{}/c/pay/{id}", self.base);
        let adaptive = form.get("adaptive_pricing[enabled]").is_some_and(|is| is == "true");
        Ok(self.put(json!({
            "id": id, "object": "checkout.session", "livemode": false, "status": "open",
            "payment_status": "unpaid", "url": url, "payment_intent": null,
            "mode": needed(form, "mode")?, "ui_mode": "hosted_page", "locale": null,
            "amount_total": amount, "amount_subtotal": amount,
            "currency": needed(form, "line_items[0][price_data][currency]")?,
            "client_reference_id": form.get("client_reference_id"),
            "created": self.now, "expires_at": expires,
            "success_url": needed(form, "success_url")?, "cancel_url": form.get("cancel_url"),
            "metadata": metadata(form, "metadata"), "customer": null, "payment_link": null,
            "adaptive_pricing": {"enabled": adaptive},
            "automatic_tax": {"enabled": false, "liability": null, "provider": null, "status": null},
            "custom_fields": [], "shipping_options": [], "payment_method_types": ["card"],
            "custom_text": {"after_submit": null, "shipping_address": null, "submit": null,
                "terms_of_service_acceptance": null},
            "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
            "of_intent": {
                "capture_method": form.get("payment_intent_data[capture_method]"),
                "transfer_group": form.get("payment_intent_data[transfer_group]"),
                "metadata": metadata(form, "payment_intent_data[metadata]"),
            },
        })))
    }

    pub fn expire_session(&mut self, id: &str) -> Result<Value, Refused> {
        let session = self.get_of("checkout.session", id)?;
        if session["status"] != "open" {
            let words = "Only Checkout Sessions with a status in [\"open\"] can be expired.";
            return Err(refused("", words));
        }
        Ok(self.close_session(session))
    }

    fn close_session(&mut self, mut session: Value) -> Value {
        session["status"] = json!("expired");
        session["url"] = Value::Null;
        self.tell("checkout.session.expired", &session);
        self.put(session)
    }

    /// Somebody pays on the page: the card is held.
    pub fn hold(&mut self, session: &str, card: Card) -> String {
        let mut session = self.get(session).unwrap();
        assert_eq!(session["status"], "open", "the page is closed");
        let (intent, charge) = (self.next("pi"), self.next("ch"));
        let of = session["of_intent"].clone();
        assert_eq!(of["capture_method"], "manual");
        let before = self.now + card.lasts;
        let charge = self.put(held_charge(&charge, &intent, &session, self.now, before));
        let held = self.put(held_intent(&intent, &charge, &session, self.now, before));
        session["status"] = json!("complete");
        session["payment_intent"] = json!(intent);
        session["url"] = Value::Null;
        let session = self.put(session);
        self.tell("charge.succeeded", &charge);
        self.tell("payment_intent.amount_capturable_updated", &held);
        self.tell("checkout.session.completed", &session);
        intent
    }

    pub fn capture(&mut self, id: &str) -> Result<Value, Refused> {
        let mut intent = self.get_of("payment_intent", id)?;
        must_be_held(&intent)?;
        let mut charge = self.get(&text(&intent["latest_charge"]))?;
        if whole(&intent["of_hold"]) <= self.now {
            return Err(refused("charge_expired_for_capture", "The authorization has expired."));
        }
        let amount = whole(&intent["amount"]);
        let line = self.line(Line {
            kind: "charge",
            category: "charge",
            source: &text(&charge["id"]),
            currency: &intent["currency"],
            amount,
            // what Stripe says that it takes in Europe: 1.5 % and 25 cents
            fee: (amount * 15 + 500) / 1000 + 25,
        });
        charge["captured"] = json!(true);
        charge["amount_captured"] = json!(amount);
        charge["balance_transaction"] = line["id"].clone();
        let charge = self.put(charge);
        intent["status"] = json!("succeeded");
        intent["amount_capturable"] = json!(0);
        intent["amount_received"] = json!(amount);
        self.tell("charge.captured", &charge);
        self.tell("payment_intent.succeeded", &intent);
        Ok(self.put(intent))
    }

    pub fn cancel(&mut self, id: &str) -> Result<Value, Refused> {
        let intent = self.get_of("payment_intent", id)?;
        must_be_held(&intent)?;
        Ok(self.let_go(intent, ""))
    }

    /// The hold ends. Stripe writes a refund of it down that moves no money.
    fn let_go(&mut self, mut intent: Value, reason: &str) -> Value {
        let mut charge = self.get(&text(&intent["latest_charge"])).unwrap();
        let id = self.next("re");
        let refund = json!({
            "id": id, "object": "refund", "created": self.now, "amount": intent["amount"],
            "currency": intent["currency"], "payment_intent": intent["id"],
            "charge": charge["id"], "status": "succeeded", "balance_transaction": null,
            "metadata": {}, "reason": null, "receipt_number": null,
        });
        self.put(refund);
        charge["refunded"] = json!(true);
        charge["amount_refunded"] = charge["amount"].clone();
        let charge = self.put(charge);
        intent["status"] = json!("canceled");
        intent["amount_capturable"] = json!(0);
        intent["canceled_at"] = json!(self.now);
        intent["cancellation_reason"] = if reason.is_empty() { Value::Null } else { json!(reason) };
        self.tell("charge.refunded", &charge);
        self.tell("payment_intent.canceled", &intent);
        self.put(intent)
    }
}

fn must_be_held(intent: &Value) -> Result<(), Refused> {
    if intent["status"] == "requires_capture" {
        return Ok(());
    }
    let words = format!("This PaymentIntent has a status of {}.", intent["status"]);
    Err(refused("payment_intent_unexpected_state", words))
}

fn held_charge(id: &str, intent: &str, session: &Value, now: i64, before: i64) -> Value {
    json!({
        "id": id, "object": "charge", "livemode": false, "created": now,
        "amount": session["amount_total"], "amount_captured": 0, "amount_refunded": 0,
        "currency": session["currency"], "captured": false, "payment_intent": intent,
        "balance_transaction": null, "transfer_group": session["of_intent"]["transfer_group"],
        "billing_details": {"address": null, "email": null, "name": null, "phone": null,
            "tax_id": null},
        "disputed": false, "metadata": session["of_intent"]["metadata"], "paid": true,
        "refunded": false, "status": "succeeded", "description": null, "receipt_url": null,
        "payment_method": "pm_card_of_the_tests",
        "payment_method_details": {"type": "card", "card": {
            "brand": "visa", "capture_before": before, "country": "DE", "exp_month": 12,
            "exp_year": 2031, "fingerprint": "Xt5EWLLDS7FJjR1c", "funding": "credit",
            "last4": "4242", "network": "visa",
            "checks": {"address_line1_check": null, "address_postal_code_check": null,
                "cvc_check": "pass"},
        }},
    })
}

fn held_intent(id: &str, charge: &Value, session: &Value, now: i64, before: i64) -> Value {
    let of = &session["of_intent"];
    json!({
        "id": id, "object": "payment_intent", "livemode": false, "created": now,
        "status": "requires_capture", "amount": session["amount_total"],
        "amount_capturable": session["amount_total"], "amount_received": 0,
        "currency": session["currency"], "metadata": of["metadata"],
        "transfer_group": of["transfer_group"], "latest_charge": charge["id"],
        "capture_method": "manual", "confirmation_method": "automatic",
        "payment_method": "pm_card_of_the_tests", "payment_method_types": ["card"],
        "canceled_at": null, "cancellation_reason": null, "customer": null,
        "client_secret": "a secret that is never read",
        "of_hold": before,
    })
}
