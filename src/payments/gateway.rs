//! The way to Stripe, or none.
//!
//! A closed enum: without a key nothing connects anywhere. What is sent was written down before
//! ([`super::Operation`]), with its key, so that a second try is the same to the byte. An [`StripeAnswer`]
//! says only what is known: whatever is not a success or a refusal that could be read is
//! [`StripeAnswer::Unknown`], never a failure.
//!
//! Not here: what follows from an answer.

pub mod accounts;
mod inspection;
pub mod objects;
pub mod requests;

use std::sync::Arc;
use std::time::Duration;

use miniserde::Deserialize;
use stripe::{Client, ClientBuilder, IdempotencyKey, RequestStrategy, StripeError};
use stripe_client_core::{RequestBuilder, StripeMethod};

pub use inspection::Inspection;

use super::Rates;
use super::billing::Party;
use crate::bookings::OnlineRules;
use crate::config::{Operator, StripeSettings};

/// How long Stripe may take to answer. A page that waits for it waits less.
const TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Clone)]
pub enum Gateway {
    /// People pay each other directly.
    Disabled,
    Stripe(Arc<StripeGateway>),
}

/// What a site that takes payments was told. Shows itself to nobody: it holds secrets.
pub struct StripeGateway {
    client: Client,
    pub settings: StripeSettings,
    pub livemode: bool,
    /// Where Stripe's pages are: the origins that the address of a Session, and a link for an
    /// accountant, must have.
    pub(super) checkout_origin: String,
    pub(super) connect_origin: String,
    pub rates: Rates,
    /// Who runs the site, as the papers for its commission name them.
    pub platform: Party,
}

/// What Stripe said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StripeAnswer<T> {
    Done(T),
    /// A refusal that could be read: its status and Stripe's word for the cause.
    Refused {
        status: u16,
        code: Option<String>,
    },
    /// Our key or our permission is at fault: it says nothing about the payment.
    Stopped {
        status: u16,
    },
    /// It may have been done or not. A fault is an error of Stripe's own, which it may have kept.
    Unknown {
        is_fault: bool,
    },
}

impl Gateway {
    /// # Errors
    /// In words for the terminal, never with a value.
    pub fn open(
        settings: Option<&StripeSettings>,
        operator: &Operator,
    ) -> crate::error::Result<Self> {
        let Some(settings) = settings else { return Ok(Self::Disabled) };
        let gateway = StripeGateway::open(settings).map_err(crate::error::Error::internal)?;
        Ok(Self::Stripe(Arc::new(gateway.run_by(operator))))
    }

    /// Whether money is real here; none without a key.
    pub fn mode(&self) -> Option<bool> {
        self.stripe().map(|gateway| gateway.livemode)
    }

    pub fn stripe(&self) -> Option<&Arc<StripeGateway>> {
        match self {
            Self::Disabled => None,
            Self::Stripe(gateway) => Some(gateway),
        }
    }

    /// What the bookings must know of it.
    pub fn online_rules(&self) -> Option<OnlineRules> {
        self.stripe().map(|gateway| OnlineRules {
            livemode: gateway.livemode,
            currencies: gateway.settings.currencies.clone(),
            is_required: gateway.settings.is_required,
        })
    }
}

impl StripeGateway {
    /// # Errors
    /// In words for the terminal, if the key or the address cannot be used; never with a value.
    pub fn open(settings: &StripeSettings) -> Result<Self, String> {
        // a second one is refused and changes nothing
        let _ = rustls::crypto::ring::default_provider().install_default();
        let livemode = settings.is_live();
        let mut client = ClientBuilder::new(settings.key.clone())
            .request_strategy(RequestStrategy::Once)
            .timeout(TIMEOUT);
        if let Some(base) = &settings.api_base {
            client = client.url(format!("{base}/"));
        }
        let origin = |own: &str| settings.api_base.clone().unwrap_or_else(|| own.to_owned());
        let client = client.build().map_err(|_| "STRIPE_SECRET_KEY cannot be used".to_owned())?;
        Ok(Self {
            client,
            livemode,
            checkout_origin: origin("https://checkout.stripe.com"),
            connect_origin: origin("https://connect.stripe.com"),
            rates: Rates {
                commission_bps: settings.commission_bps,
                vat_bps: settings.commission_vat_bps,
            },
            settings: settings.clone(),
            platform: Party::platform(&Operator::default()),
        })
    }

    #[must_use]
    pub fn run_by(self, operator: &Operator) -> Self {
        Self { platform: Party::platform(operator), ..self }
    }

    /// Sends what was written down, under its key. Once: trying again is ours.
    pub async fn post<T: Deserialize>(&self, path: &str, body: &str, key: &str) -> StripeAnswer<T> {
        let Ok(key) = IdempotencyKey::new(key) else {
            return StripeAnswer::Unknown { is_fault: false };
        };
        let mut request = RequestBuilder::new(StripeMethod::Post, path);
        request.body = Some(body.to_owned());
        let request = request.customize().request_strategy(RequestStrategy::Idempotent(key));
        answer(request.send(&self.client).await)
    }

    /// Looks something up.
    pub async fn get<T: Deserialize>(&self, path: &str, query: &str) -> StripeAnswer<T> {
        let mut request = RequestBuilder::new(StripeMethod::Get, path);
        request.query = Some(query.to_owned()).filter(|query| !query.is_empty());
        answer(request.customize().send(&self.client).await)
    }

    /// Looks something up that belongs to a connected account.
    pub async fn get_as<T: Deserialize>(&self, account: &str, path: &str) -> StripeAnswer<T> {
        let request = RequestBuilder::new(StripeMethod::Get, path).customize();
        let request = request.account_id(stripe_client_core::AccountId::from(account));
        answer(request.send(&self.client).await)
    }

    /// Whether an address that Stripe gave leads to Stripe's own page.
    pub fn is_checkout(&self, url: &str) -> bool {
        is_below(&self.checkout_origin, url)
    }

    /// The same of a page for accountants.
    pub fn is_connect(&self, url: &str) -> bool {
        is_below(&self.connect_origin, url)
    }
}

fn is_below(origin: &str, url: &str) -> bool {
    url.strip_prefix(origin).is_some_and(|rest| rest.starts_with('/'))
}

/// Reads an answer. The error itself is never shown or logged: it can hold what was sent.
fn answer<T>(outcome: Result<T, StripeError>) -> StripeAnswer<T> {
    let error = match outcome {
        Ok(done) => return StripeAnswer::Done(done),
        Err(error) => error,
    };
    let StripeError::Stripe(error, status) = error else {
        return StripeAnswer::Unknown { is_fault: false };
    };
    let code = error.code.as_ref().map(|code| code.as_str().to_owned());
    match (status, code.as_deref()) {
        // another request under the same key is not over yet
        (409 | 429, _) | (_, Some("idempotency_key_in_use")) => {
            StripeAnswer::Unknown { is_fault: false }
        }
        (500.., _) => StripeAnswer::Unknown { is_fault: true },
        (401, _) => StripeAnswer::Stopped { status },
        (403, code) if code != Some("account_invalid") => StripeAnswer::Stopped { status },
        // the whole path is not there
        (404, code) if code != Some("resource_missing") => StripeAnswer::Stopped { status },
        _ => StripeAnswer::Refused { status, code },
    }
}
