//! How a push leaves: an empty request to the push service of a browser, signed by this site.
//!
//! The push says only that there is something; what, the browser learns here. A service that does
//! not answer is left alone for a while, so that other work does not wait for it time and again.

use std::collections::HashMap;
#[cfg(feature = "test-clock")]
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::{Client, StatusCode, header, redirect};

use super::vapid::Vapid;
use super::{Endpoint, PushSubscription};
use crate::clock::{Instant, Span};
use crate::config::Config;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::seal::Seal;

/// How long a push service keeps what it cannot deliver: after a day it is old news.
const KEPT: Span = Span::days(1);
const TIMEOUT: Duration = Duration::from_secs(5);
const REST: Span = Span::seconds(30);

/// Where requests go.
#[derive(Clone)]
enum Way {
    /// To the push service that the endpoint names.
    Real,
    /// To a listener on this machine, whatever the endpoint. No released build has this.
    #[cfg(feature = "test-clock")]
    Loopback(SocketAddr),
}

/// The site's pushes, as `VAPID_SUBJECT` says. Without it none is sent and none is offered.
#[derive(Clone)]
pub struct Push {
    on: Option<PushSender>,
}

#[derive(Clone)]
struct PushSender {
    vapid: Vapid,
    client: Client,
    way: Way,
    /// Origins that did not answer, and until when they are left alone.
    resting: Arc<Mutex<HashMap<String, Instant>>>,
}

/// What a push is about: one that was not delivered yet gives way to the next about the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushTopic {
    Messages,
    Notices,
}

impl PushTopic {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Notices => "notices",
        }
    }
}

/// What became of a push.
#[derive(Debug, PartialEq, Eq)]
pub enum Pushed {
    Taken,
    /// The browser has taken its subscription back.
    Gone,
    /// Not this time; the words are for the log.
    Failed(String),
}

impl Push {
    pub async fn open(config: &Config, db: &Db, seal: &Seal) -> Result<Self> {
        let Some(subject) = config.vapid_subject.clone() else { return Ok(Self { on: None }) };
        #[cfg(feature = "test-clock")]
        let way = config.test_push.map_or(Way::Real, Way::Loopback);
        #[cfg(not(feature = "test-clock"))]
        let way = Way::Real;
        let on = PushSender {
            vapid: Vapid::open(db, seal, subject).await?,
            client: client()?,
            way,
            resting: Arc::default(),
        };
        Ok(Self { on: Some(on) })
    }

    pub fn is_on(&self) -> bool {
        self.on.is_some()
    }

    /// What browsers subscribe for.
    pub fn public_key(&self) -> Option<String> {
        self.on.as_ref().map(|on| on.vapid.public_key())
    }

    /// Wakes one browser. Where push was turned off since, nothing is to be done.
    pub async fn send(
        &self,
        to: &PushSubscription,
        topic: PushTopic,
        now: Instant,
    ) -> Result<Pushed> {
        match (&self.on, Endpoint::parse(&to.endpoint)) {
            (Some(on), Ok(endpoint)) => on.send(&endpoint, topic, now).await,
            (Some(_), Err(_)) => Ok(Pushed::Gone),
            (None, _) => Ok(Pushed::Taken),
        }
    }
}

impl PushSender {
    async fn send(&self, endpoint: &Endpoint, topic: PushTopic, now: Instant) -> Result<Pushed> {
        let origin = endpoint.origin();
        if self.rests(&origin, now) {
            return Ok(Pushed::Failed(format!("{origin} did not answer a moment ago")));
        }
        let signed = self.vapid.authorization(&origin, now)?;
        let request = self
            .client
            .post(self.address(endpoint))
            .header(header::AUTHORIZATION, signed)
            .header(header::CONTENT_LENGTH, 0)
            .header("ttl", KEPT.as_seconds())
            .header("urgency", "normal")
            .header("topic", topic.as_str());
        Ok(match request.send().await.map(|answer| answer.status()) {
            Ok(status) if status.is_success() => Pushed::Taken,
            Ok(StatusCode::NOT_FOUND | StatusCode::GONE) => Pushed::Gone,
            Ok(status) => Pushed::Failed(format!("{origin} answered {}", status.as_u16())),
            Err(error) => {
                self.let_rest(&origin, now);
                // the address in it would let whoever reads the log wake the browser
                Pushed::Failed(format!("{origin}: {}", error.without_url()))
            }
        })
    }

    fn address(&self, endpoint: &Endpoint) -> String {
        match &self.way {
            Way::Real => endpoint.url().to_string(),
            #[cfg(feature = "test-clock")]
            Way::Loopback(listener) => format!("http://{listener}{}", endpoint.url().path()),
        }
    }

    fn rests(&self, origin: &str, now: Instant) -> bool {
        let resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        resting.get(origin).is_some_and(|until| now < *until)
    }

    fn let_rest(&self, origin: &str, now: Instant) {
        let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        resting.retain(|_, until| now < *until);
        resting.insert(origin.to_owned(), now + REST);
    }
}

fn client() -> Result<Client> {
    let roots = rustls::RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::internal)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .user_agent("Footing")
        .timeout(TIMEOUT)
        .build()
        .map_err(Error::internal)
}
