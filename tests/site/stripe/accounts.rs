//! Accounts of people who are paid: made, filled in on Stripe's pages, restricted, given up; and
//! what is paid out to banks.

use serde_json::{Value, json};

use super::Books;
use super::money::Line;
use super::objects::{Fields, Refused, metadata, needed, refused, text, whole};

/// A way into Stripe's pages, for one time.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub account: String,
    pub expires_at: i64,
    pub return_url: String,
    pub refresh_url: String,
    pub is_used: bool,
}

/// What a new account is asked for first.
const DUE: [&str; 5] = [
    "business_type",
    "external_account",
    "individual.email",
    "tos_acceptance.date",
    "tos_acceptance.ip",
];

impl Books {
    /// An account of somebody who can be paid, or not yet.
    pub fn account(&mut self, can_be_paid: bool) -> String {
        let form = Fields::from([
            ("country".to_owned(), "GB".to_owned()),
            ("capabilities[transfers][requested]".to_owned(), "true".to_owned()),
            ("controller[stripe_dashboard][type]".to_owned(), "express".to_owned()),
            ("controller[requirement_collection]".to_owned(), "stripe".to_owned()),
            ("controller[fees][payer]".to_owned(), "application".to_owned()),
            ("controller[losses][payments]".to_owned(), "application".to_owned()),
        ]);
        let id = text(&self.create_account(&form).unwrap()["id"]);
        self.fill_in(&id, can_be_paid);
        id
    }

    pub fn create_account(&mut self, form: &Fields) -> Result<Value, Refused> {
        let of = |name: &str| form.get(&format!("controller{name}")).map(String::as_str);
        let dashboard = of("[stripe_dashboard][type]").unwrap_or("full");
        let losses = of("[losses][payments]").unwrap_or("stripe");
        let collection = of("[requirement_collection]").unwrap_or("stripe");
        if dashboard == "express" && losses != "application" {
            let words = "When `controller[stripe_dashboard][type]=express`, \
                         `controller[losses][payments]` must be `application`.";
            return Err(refused("", words));
        }
        if dashboard != "full" && !form.contains_key("capabilities[transfers][requested]") {
            return Err(refused("", "You must request the `transfers` capability."));
        }
        let id = self.next("acct");
        Ok(self.put(json!({
            "id": id, "object": "account", "type": "none", "created": self.now,
            "country": form.get("country").map_or("US", String::as_str),
            "default_currency": "gbp", "email": form.get("email"), "business_type": null,
            "details_submitted": false, "payouts_enabled": false, "charges_enabled": false,
            "metadata": metadata(form, "metadata"),
            "capabilities": {"transfers": "inactive"},
            "controller": {
                "type": "application", "is_controller": true, "requirement_collection": collection,
                "fees": {"payer": of("[fees][payer]").unwrap_or("account")},
                "losses": {"payments": losses}, "stripe_dashboard": {"type": dashboard},
            },
            "external_accounts": {"object": "list", "data": [], "has_more": false,
                "url": format!("/v1/accounts/{id}/external_accounts")},
            "requirements": requirements(&DUE, Some("requirements.past_due")),
        })))
    }

    /// Its owner fills everything in, and Stripe says yes; or goes on looking.
    pub fn fill_in(&mut self, id: &str, can_be_paid: bool) {
        let mut account = self.get_of("account", id).unwrap();
        account["details_submitted"] = json!(true);
        account["business_type"] = json!("individual");
        self.put(account);
        let due: &[&str] = &[];
        self.allow(
            id,
            can_be_paid,
            due,
            (!can_be_paid).then_some("requirements.pending_verification"),
        );
    }

    /// What it can do from now on, and what Stripe asks for.
    pub fn allow(&mut self, id: &str, can_be_paid: bool, due: &[&str], reason: Option<&str>) {
        let mut account = self.get_of("account", id).unwrap();
        let transfers = if can_be_paid { "active" } else { "inactive" };
        account["capabilities"]["transfers"] = json!(transfers);
        account["payouts_enabled"] = json!(can_be_paid);
        account["requirements"] = requirements(due, reason);
        let account = self.put(account);
        let capability = json!({
            "id": "transfers", "object": "capability", "account": id, "requested": true,
            "requested_at": self.now, "status": transfers,
        });
        self.tell_of(Some(id), "capability.updated", &capability);
        self.tell_of(Some(id), "account.updated", &account);
    }

    /// Its owner lets go of the platform: it can be looked at no more.
    pub fn deauthorise(&mut self, id: &str) {
        let mut account = self.get_of("account", id).unwrap();
        account["of_end"] = json!(self.now);
        self.put(account);
        let application =
            json!({"id": "ca_of_the_tests", "object": "application", "name": "Footing"});
        self.tell_of(Some(id), "account.application.deauthorized", &application);
    }

    pub(super) fn get_account(&self, id: &str) -> Result<Value, Refused> {
        match self.get_of("account", id) {
            Ok(account) if account["of_end"].is_null() => Ok(account),
            // Stripe does not tell one that never was from one that is gone
            _ => {
                let words = format!(
                    "The provided key 'sk_test_***' does not have access to account '{id}' (or \
                     that account does not exist). Application access may have been revoked."
                );
                Err((403, "invalid_request_error", "account_invalid", words))
            }
        }
    }

    pub(super) fn create_link(&mut self, form: &Fields) -> Result<Value, Refused> {
        let account = self.get_account(needed(form, "account")?)?;
        if needed(form, "type")? != "account_onboarding" {
            let words = "You cannot create `account_update` type Account Links for this account.";
            return Err(refused("", words));
        }
        let id = self.next("link");
        let expires_at = self.now + 300;
        let link = Link {
            account: text(&account["id"]),
            expires_at,
            return_url: needed(form, "return_url")?.to_owned(),
            refresh_url: needed(form, "refresh_url")?.to_owned(),
            is_used: false,
        };
        self.links.insert(id.clone(), link);
        Ok(json!({
            "object": "account_link", "created": self.now, "expires_at": expires_at,
            "url": format!("{}/setup/{id}", self.base),
        }))
    }

    /// Somebody follows a link, fills everything in and comes back: where to. One that was used or
    /// is too old leads to where a new one is made.
    pub fn follow_link(&mut self, id: &str) -> Option<String> {
        match self.open_link(id)? {
            Ok(account) => {
                self.fill_in(&account, true);
                self.link_ends(id).map(|(_, back)| back)
            }
            Err(again) => Some(again),
        }
    }

    /// The account that a link leads to, for one time; after that, where a new one is made.
    pub(super) fn open_link(&mut self, id: &str) -> Option<Result<String, String>> {
        let now = self.now;
        let link = self.links.get_mut(id)?;
        if link.is_used || link.expires_at <= now {
            return Some(Err(link.refresh_url.clone()));
        }
        link.is_used = true;
        Some(Ok(link.account.clone()))
    }

    /// Whose page it was, and where it leads back to.
    pub(super) fn link_ends(&self, id: &str) -> Option<(String, String)> {
        self.links.get(id).map(|link| (link.account.clone(), link.return_url.clone()))
    }

    pub(super) fn create_login(&mut self, id: &str) -> Result<Value, Refused> {
        let account = self.get_account(id)?;
        if account["details_submitted"] == false {
            let words =
                "Cannot create a login link for an account that has not completed onboarding.";
            return Err(refused("", words));
        }
        let link = self.next("lnk");
        Ok(json!({
            "object": "login_link", "created": self.now,
            "url": format!("{}/express/{id}/{link}", self.base),
        }))
    }

    /// The platform's balance in a currency goes to its bank.
    pub fn pay_out(&mut self, currency: &str) -> String {
        let is_left = |one: &&Value| one["currency"] == currency && one["of_payout"].is_null();
        let lines: Vec<Value> =
            self.of_kind("balance_transaction").filter(is_left).cloned().collect();
        let amount: i64 = lines.iter().map(|line| whole(&line["net"])).sum();
        let mut payout = self.payout(currency, amount);
        let id = text(&payout["id"]);
        let own = self.line(Line {
            kind: "payout",
            category: "payout",
            source: &id,
            currency: &json!(currency),
            amount: -amount,
            fee: 0,
        });
        payout["balance_transaction"] = own["id"].clone();
        for mut line in lines.into_iter().chain([own]) {
            line["of_payout"] = json!(id);
            self.put(line);
        }
        let payout = self.put(payout);
        self.tell("payout.paid", &payout);
        id
    }

    /// The bank sends a payout back.
    pub fn fail_payout(&mut self, id: &str) {
        let mut payout = self.get_of("payout", id).unwrap();
        let account = payout["of_account"].as_str().map(str::to_owned);
        payout["status"] = json!("failed");
        payout["failure_code"] = json!("account_closed");
        if account.is_none() {
            let line = self.line(Line {
                kind: "payout_failure",
                category: "payout_reversal",
                source: id,
                currency: &payout["currency"],
                amount: whole(&payout["amount"]),
                fee: 0,
            });
            payout["failure_balance_transaction"] = line["id"].clone();
        }
        let payout = self.put(payout);
        self.tell_of(account.as_deref(), "payout.failed", &payout);
    }

    /// A connected account's own money goes to its bank; ours is not touched.
    pub fn pay_out_of(&mut self, account: &str, currency: &str, amount: i64) -> String {
        let mut payout = self.payout(currency, amount);
        payout["of_account"] = json!(account);
        let payout = self.put(payout);
        self.tell_of(Some(account), "payout.paid", &payout);
        text(&payout["id"])
    }

    fn payout(&mut self, currency: &str, amount: i64) -> Value {
        let id = self.next("po");
        json!({
            "id": id, "object": "payout", "livemode": false, "created": self.now,
            "amount": amount, "arrival_date": self.now, "automatic": true, "currency": currency,
            "method": "standard", "reconciliation_status": "completed", "source_type": "card",
            "status": "paid", "type": "bank_account", "description": null, "metadata": {},
            "destination": "ba_of_the_tests", "balance_transaction": null, "failure_code": null,
            "failure_message": null, "failure_balance_transaction": null,
        })
    }

    /// A payout as whoever asks may see it: each account its own.
    pub(super) fn get_payout(&self, id: &str, account: Option<&str>) -> Result<Value, Refused> {
        let payout = self.get_of("payout", id)?;
        match payout["of_account"].as_str() == account {
            true => Ok(payout),
            false => self.get(&format!("payout {id}")),
        }
    }
}

fn requirements(due: &[&str], reason: Option<&str>) -> Value {
    json!({
        "alternatives": [], "current_deadline": null, "currently_due": due,
        "disabled_reason": reason, "errors": [], "eventually_due": due, "past_due": due,
        "pending_verification": [],
    })
}
