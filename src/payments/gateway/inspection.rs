//! Whether Stripe takes our key, which currencies it keeps apart for us, and what its clock says; for
//! `footing doctor` and the page of the admins.

use std::time::Duration;

use crate::clock::{Instant, Span};
use crate::config::StripeSettings;

/// What an answer of Stripe's shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inspection {
    /// None if no answer came.
    pub status: Option<u16>,
    /// Currencies with a balance of their own; what is paid in any other is converted.
    pub currencies: Vec<String>,
    /// How far our clock is from Stripe's.
    pub clock_off: Option<Span>,
}

#[derive(serde::Deserialize)]
struct Balance {
    available: Vec<Amount>,
    pending: Vec<Amount>,
}

#[derive(serde::Deserialize)]
struct Amount {
    currency: String,
}

/// The version of Stripe's interface that the crate speaks; an account may stand at another.
const VERSION: &str = "2026-09-30.endive";

/// Notices signed this far from our time would be refused.
const MOST_OFF: Span = Span::seconds(60);

impl Inspection {
    /// Asks within a few seconds.
    pub async fn make(settings: &StripeSettings, now: Instant, timeout: Duration) -> Self {
        let base = settings.api_base.as_deref().unwrap_or("https://api.stripe.com");
        let Ok(client) = reqwest::Client::builder().timeout(timeout).build() else {
            return Self::default();
        };
        let request = client
            .get(format!("{base}/v1/balance"))
            .bearer_auth(&settings.key)
            .header("stripe-version", VERSION);
        let Ok(answer) = request.send().await else { return Self::default() };
        let status = Some(answer.status().as_u16());
        let date = answer.headers().get("date").and_then(|value| value.to_str().ok());
        let date = date.and_then(|text| jiff::fmt::rfc2822::parse(text).ok());
        let clock_off = date.map(|date| {
            let theirs = Instant::from_micros(date.timestamp().as_microsecond());
            now.max(theirs).elapsed_since(now.min(theirs))
        });
        let text = answer.text().await.unwrap_or_default();
        let balance: Option<Balance> = serde_json::from_str(&text).ok();
        let mut currencies: Vec<String> = balance
            .into_iter()
            .flat_map(|balance| balance.available.into_iter().chain(balance.pending))
            .map(|amount| amount.currency.to_uppercase())
            .collect();
        currencies.sort();
        currencies.dedup();
        Self { status, currencies, clock_off }
    }

    /// What is wrong, a sentence each.
    pub fn faults(&self, settings: &StripeSettings) -> Vec<String> {
        let mut faults = vec![];
        match self.status {
            Some(200) => {
                let own = |code: &&&str| !self.currencies.iter().any(|known| known == **code);
                let missing: Vec<&str> = settings.currencies.iter().filter(own).copied().collect();
                if !missing.is_empty() {
                    faults.push(format!(
                        "Stripe has no balance in {}: what is paid in it would be converted. Leave \
                         it out of PAYMENT_CURRENCIES, or open one",
                        missing.join(", ")
                    ));
                }
            }
            Some(status @ (401 | 403)) => {
                faults.push(format!("Stripe refuses STRIPE_SECRET_KEY ({status})"));
            }
            Some(status) => faults.push(format!("Stripe answers {status}")),
            None => faults.push("Stripe does not answer".to_owned()),
        }
        if self.clock_off.is_some_and(|off| off > MOST_OFF) {
            faults.push("our clock and Stripe's are more than a minute apart".to_owned());
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> StripeSettings {
        StripeSettings {
            key: "sk_test_1".to_owned(),
            webhook_secrets: vec![],
            api_base: None,
            commission_bps: 500,
            commission_vat_bps: 0,
            currencies: vec!["EUR", "GBP"],
            is_required: false,
        }
    }

    #[test]
    fn a_currency_without_a_balance_and_a_clock_that_is_off_are_named() {
        let seen = Inspection {
            status: Some(200),
            currencies: vec!["GBP".to_owned()],
            clock_off: Some(Span::seconds(61)),
        };
        let faults = seen.faults(&settings());
        assert!(faults[0].contains("no balance in EUR:"), "{faults:?}");
        assert!(faults[1].contains("more than a minute apart"), "{faults:?}");
        let fine =
            Inspection { currencies: vec!["EUR".into(), "GBP".into()], clock_off: None, ..seen };
        assert!(fine.faults(&settings()).is_empty());
        let refused = Inspection { status: Some(401), ..Inspection::default() };
        assert!(refused.faults(&settings())[0].contains("STRIPE_SECRET_KEY"));
    }
}
