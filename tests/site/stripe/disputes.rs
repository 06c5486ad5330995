//! A bank takes money back, asks first, or gives it back.

use serde_json::{Value, json};

use super::Books;
use super::money::Line;
use super::objects::{text, whole};

/// What Stripe takes for a dispute, in minor units.
pub const DISPUTE_FEE: i64 = 2_000;

impl Books {
    /// A client disputes a charge at the bank. `warning_…` is an inquiry, which moves nothing yet.
    pub fn dispute(&mut self, intent: &str, amount: i64, status: &str) -> String {
        let intent = self.get_of("payment_intent", intent).unwrap();
        let mut charge = self.get(&text(&intent["latest_charge"])).unwrap();
        let id = self.next("dp");
        charge["disputed"] = json!(true);
        let charge = self.put(charge);
        let dispute = json!({
            "id": id, "object": "dispute", "livemode": false, "created": self.now,
            "amount": amount, "currency": charge["currency"], "charge": charge["id"],
            "payment_intent": intent["id"], "reason": "fraudulent", "status": status,
            "is_charge_refundable": status.starts_with("warning_"), "metadata": {},
            "balance_transactions": [], "enhanced_eligibility_types": [],
            "evidence": {"enhanced_evidence": {}},
            "evidence_details": {"due_by": self.now + 7 * 86_400, "enhanced_eligibility": {},
                "has_evidence": false, "past_due": false, "submission_count": 0},
        });
        let dispute = self.put(dispute);
        self.tell("charge.dispute.created", &dispute);
        if status == "needs_response" {
            self.withdraw(&id);
        }
        id
    }

    /// What the bank says next.
    pub fn move_dispute(&mut self, id: &str, status: &str) {
        let mut dispute = self.get_of("dispute", id).unwrap();
        let was_inquiry = text(&dispute["status"]).starts_with("warning_");
        dispute["status"] = json!(status);
        dispute["is_charge_refundable"] = json!(status.starts_with("warning_"));
        if matches!(status, "under_review" | "warning_under_review") {
            dispute["evidence_details"]["has_evidence"] = json!(true);
            dispute["evidence_details"]["submission_count"] = json!(1);
        }
        let dispute = self.put(dispute);
        match status {
            "won" | "lost" | "warning_closed" | "prevented" => {
                self.tell("charge.dispute.closed", &dispute);
            }
            _ => self.tell("charge.dispute.updated", &dispute),
        }
        if was_inquiry && status == "needs_response" {
            self.withdraw(id);
        }
        if matches!(status, "won" | "prevented") {
            self.reinstate(id);
        }
    }

    /// Whether a bank has taken a charge back, or may: then nothing is returned beside it. While it
    /// only asks, and after it gave in, there is no such bar.
    pub(super) fn is_disputed(&self, charge: &Value) -> bool {
        let is_open = |status: &str| matches!(status, "needs_response" | "under_review" | "lost");
        self.of_kind("dispute")
            .any(|one| one["charge"] == *charge && one["status"].as_str().is_some_and(is_open))
    }

    fn withdraw(&mut self, id: &str) {
        let dispute = self.enter(id, "dispute", -1, DISPUTE_FEE);
        self.tell("charge.dispute.funds_withdrawn", &dispute);
    }

    /// What was taken comes back, the fee does not.
    fn reinstate(&mut self, id: &str) {
        let was_taken = !self.objects[id]["balance_transactions"].as_array().unwrap().is_empty();
        if was_taken {
            let dispute = self.enter(id, "dispute_reversal", 1, 0);
            self.tell("charge.dispute.funds_reinstated", &dispute);
        }
    }

    fn enter(&mut self, id: &str, category: &str, sign: i64, fee: i64) -> Value {
        let mut dispute = self.get(id).unwrap();
        let line = self.line(Line {
            kind: "adjustment",
            category,
            source: id,
            currency: &dispute["currency"],
            amount: sign * whole(&dispute["amount"]),
            fee,
        });
        dispute["balance_transactions"].as_array_mut().unwrap().push(line);
        self.put(dispute)
    }
}
