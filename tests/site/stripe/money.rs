//! Stripe's own books: a line for whatever moves money, and what moves it back or on.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Books;
use super::objects::{Fields, Refused, metadata, needed, number, refused, text, whole};

/// What a line is about, in the currency of the charge.
pub(super) struct Line<'a> {
    pub kind: &'a str,
    pub category: &'a str,
    pub source: &'a str,
    pub currency: &'a Value,
    pub amount: i64,
    pub fee: i64,
}

/// How a refund goes that does not succeed at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pending {
    /// The money has left, and the bank has not said yes.
    Moved,
    /// The balance does not suffice: nothing has moved.
    Unmoved,
}

impl Books {
    /// Writes a line. A currency that has no balance of its own is changed into the first that has.
    pub(super) fn line(&mut self, line: Line<'_>) -> Value {
        let id = self.next("txn");
        let own = text(line.currency);
        let is_kept = self.settles.contains(&own);
        let (currency, rate) = match is_kept {
            true => (own, Value::Null),
            false => (self.settles[0].clone(), json!(1.25)),
        };
        let into = |amount: i64| if is_kept { amount } else { amount * 5 / 4 };
        let (amount, fee) = (into(line.amount), into(line.fee));
        let fees = match fee {
            0 => json!([]),
            _ => json!([{"amount": fee, "application": null, "currency": currency,
                "description": "Stripe processing fees", "type": "stripe_fee"}]),
        };
        self.put(json!({
            "id": id, "object": "balance_transaction", "type": line.kind, "source": line.source,
            "currency": currency, "amount": amount, "fee": fee, "net": amount - fee,
            "created": self.now, "available_on": self.now, "status": "available",
            "balance_type": "payments", "description": null, "exchange_rate": rate,
            "fee_details": fees, "reporting_category": line.category,
        }))
    }

    /// Currencies that have a balance of their own; others are changed into the first.
    pub fn settle_in(&mut self, currencies: &[&str]) {
        self.settles = currencies.iter().map(|code| (*code).to_owned()).collect();
    }

    /// What stands on the balance, by currency.
    pub fn balances(&self) -> BTreeMap<String, i64> {
        let lines = self.of_kind("balance_transaction");
        lines.fold(BTreeMap::new(), |mut sums, line| {
            *sums.entry(text(&line["currency"])).or_default() += whole(&line["net"]);
            sums
        })
    }

    pub(super) fn balance_object(&self) -> Value {
        let sums = self.balances();
        let amount = |code: &String| {
            let amount = sums.get(code).copied().unwrap_or(0);
            json!({"amount": amount, "currency": code, "source_types": {"card": amount}})
        };
        let nothing =
            |code: &String| json!({"amount": 0, "currency": code, "source_types": {"card": 0}});
        json!({
            "object": "balance", "livemode": false,
            "available": self.settles.iter().map(amount).collect::<Vec<_>>(),
            "pending": self.settles.iter().map(nothing).collect::<Vec<_>>(),
        })
    }

    pub fn create_refund(&mut self, form: &Fields) -> Result<Value, Refused> {
        let intent = self.get_of("payment_intent", needed(form, "payment_intent")?)?;
        let amount = number(form, "amount")?;
        self.refund(&intent, amount, metadata(form, "metadata"))
    }

    /// Somebody refunds in Stripe's dashboard: nothing of ours stands on it.
    pub fn refund_by_hand(&mut self, intent: &str, amount: i64) -> String {
        let intent = self.get(intent).unwrap();
        text(&self.refund(&intent, amount, json!({})).unwrap()["id"])
    }

    /// What can still be returned of the charge of an intent; nothing while a bank disputes it.
    pub fn left(&self, intent: &str) -> i64 {
        let charge = &self.objects[&text(&self.objects[intent]["latest_charge"])];
        if self.is_disputed(&charge["id"]) { 0 } else { left_of(charge) }
    }

    fn refund(&mut self, intent: &Value, amount: i64, mark: Value) -> Result<Value, Refused> {
        let mut charge = self.get(&text(&intent["latest_charge"]))?;
        if charge["captured"] == false {
            let words = "This PaymentIntent does not have a successful charge to refund.";
            return Err(refused("", words));
        }
        if self.is_disputed(&charge["id"]) {
            let words = "The charge you're attempting to refund has been charged back.";
            return Err(refused("charge_disputed", words));
        }
        let left = left_of(&charge);
        if amount > left {
            let words =
                format!("Refund amount ({amount}) is greater than unrefunded amount ({left}).");
            return Err(refused("charge_already_refunded", words));
        }
        count_refunded(&mut charge, amount);
        let id = self.next("re");
        let mut refund = json!({
            "id": id, "object": "refund", "created": self.now, "amount": amount,
            "currency": charge["currency"], "payment_intent": intent["id"],
            "charge": charge["id"], "status": "succeeded", "balance_transaction": null,
            "metadata": mark, "reason": null, "receipt_number": null,
        });
        if let Some(pending) = self.refunds_wait {
            refund["status"] = json!("pending");
            let reason =
                if pending == Pending::Moved { "processing" } else { "insufficient_funds" };
            refund["pending_reason"] = json!(reason);
        }
        if self.refunds_wait != Some(Pending::Unmoved) {
            self.move_refund(&mut refund);
        }
        let charge = self.put(charge);
        self.tell("refund.created", &refund);
        self.tell("charge.refunded", &charge);
        Ok(self.put(refund))
    }

    fn move_refund(&mut self, refund: &mut Value) {
        let line = self.line(Line {
            kind: "refund",
            category: "refund",
            source: &text(&refund["id"]),
            currency: &refund["currency"],
            amount: -whole(&refund["amount"]),
            fee: self.refund_fee,
        });
        refund["balance_transaction"] = line["id"].clone();
    }

    /// A refund that waited, or one that succeeded, gets another state: `succeeded` or `failed`.
    pub fn end_refund(&mut self, id: &str, status: &str) {
        let mut refund = self.get_of("refund", id).unwrap();
        refund["status"] = json!(status);
        refund.as_object_mut().unwrap().remove("pending_reason");
        let has_moved = refund["balance_transaction"].is_string();
        if status == "succeeded" && !has_moved {
            self.move_refund(&mut refund);
        }
        if status != "failed" {
            let refund = self.put(refund);
            self.tell("refund.updated", &refund);
            return;
        }
        refund["failure_reason"] = json!("lost_or_stolen_card");
        if has_moved {
            let line = self.line(Line {
                kind: "refund_failure",
                category: "refund_failure",
                source: id,
                currency: &refund["currency"],
                amount: whole(&refund["amount"]),
                fee: 0,
            });
            refund["failure_balance_transaction"] = line["id"].clone();
        }
        let mut charge = self.get(&text(&refund["charge"])).unwrap();
        count_refunded(&mut charge, -whole(&refund["amount"]));
        self.put(charge);
        let refund = self.put(refund);
        self.tell("refund.failed", &refund);
    }

    pub fn create_transfer(&mut self, form: &Fields) -> Result<Value, Refused> {
        let account = self.get_account(needed(form, "destination")?)?;
        if account["capabilities"]["transfers"] != "active" {
            let words = "Your destination account needs at least one of the capabilities enabled.";
            return Err(refused("insufficient_capabilities_for_transfer", words));
        }
        let charge = self.get_of("charge", needed(form, "source_transaction")?)?;
        let amount = number(form, "amount")?;
        self.check_source(&charge, needed(form, "currency")?, amount)?;
        let id = self.next("tr");
        let line = self.line(Line {
            kind: "transfer",
            category: "transfer",
            source: &id,
            currency: &charge["currency"],
            amount: -amount,
            fee: 0,
        });
        let transfer = json!({
            "id": id, "object": "transfer", "created": self.now, "amount": amount,
            "amount_reversed": 0, "currency": charge["currency"], "livemode": false,
            "destination": account["id"], "source_transaction": charge["id"],
            "transfer_group": form.get("transfer_group"), "balance_transaction": line["id"],
            "metadata": metadata(form, "metadata"), "reversed": false, "source_type": "card",
            "description": null,
            "reversals": {"object": "list", "data": [], "has_more": false,
                "url": format!("/v1/transfers/{id}/reversals")},
        });
        self.tell("transfer.created", &transfer);
        Ok(self.put(transfer))
    }

    /// All that is sent of a charge is together at most the charge, in the currency it settled in.
    fn check_source(&self, charge: &Value, currency: &str, amount: i64) -> Result<(), Refused> {
        let Some(line) = charge["balance_transaction"].as_str() else {
            return Err(refused("", "The source transaction was not captured."));
        };
        let settled = &self.objects[line]["currency"];
        if settled != currency {
            let words = format!(
                "The currency of source_transaction's balance transaction ({settled}) must be \
                 the same as the transfer currency ({currency})"
            );
            return Err(refused("", words));
        }
        let sent = |one: &&Value| one["source_transaction"] == charge["id"];
        let all = self.of_kind("transfer").filter(sent);
        let before: i64 = all.map(|one| whole(&one["amount"])).sum();
        match before + amount <= whole(&charge["amount_captured"]) + self.reversed_of(charge) {
            true => Ok(()),
            false => Err(refused("balance_insufficient", "The transfer is more than its source.")),
        }
    }

    fn reversed_of(&self, charge: &Value) -> i64 {
        let of = |one: &&Value| one["source_transaction"] == charge["id"];
        self.of_kind("transfer").filter(of).map(|one| whole(&one["amount_reversed"])).sum()
    }

    pub fn reverse(&mut self, id: &str, form: &Fields) -> Result<Value, Refused> {
        let mut transfer = self.get_of("transfer", id)?;
        let amount = number(form, "amount")?;
        let reversed = whole(&transfer["amount_reversed"]) + amount;
        if reversed > whole(&transfer["amount"]) {
            return Err(refused("", "The reversal is more than what is left of the transfer."));
        }
        if self.spent.contains(&text(&transfer["destination"])) {
            let words = "The connected account does not have sufficient funds for the reversal.";
            return Err(refused("balance_insufficient", words));
        }
        let source = self.next("trr");
        let line = self.line(Line {
            kind: "transfer_refund",
            category: "transfer_reversal",
            source: &source,
            currency: &transfer["currency"],
            amount,
            fee: 0,
        });
        let reversal = json!({
            "id": source, "object": "transfer_reversal", "created": self.now, "amount": amount,
            "currency": transfer["currency"], "transfer": id, "balance_transaction": line["id"],
            "metadata": metadata(form, "metadata"), "source_refund": null,
            "destination_payment_refund": null,
        });
        transfer["amount_reversed"] = json!(reversed);
        transfer["reversed"] = json!(reversed == whole(&transfer["amount"]));
        transfer["reversals"]["data"].as_array_mut().unwrap().insert(0, reversal.clone());
        self.tell("transfer.reversed", &transfer);
        self.put(transfer);
        Ok(self.put(reversal))
    }
}

fn left_of(charge: &Value) -> i64 {
    whole(&charge["amount_captured"]) - whole(&charge["amount_refunded"])
}

fn count_refunded(charge: &mut Value, amount: i64) {
    let refunded = whole(&charge["amount_refunded"]) + amount;
    charge["amount_refunded"] = json!(refunded);
    charge["refunded"] = json!(refunded == whole(&charge["amount_captured"]));
}
