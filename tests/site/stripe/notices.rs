//! Notices of what has changed: kept for `/v1/events`, and sent signed; also twice, in another
//! order, or not at all.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use serde_json::{Value, json};

use super::lists::shown;
use super::objects::text;
use super::storm::Dice;
use super::{Books, FakeStripe, SECRET, sign};

/// What a platform's endpoints are registered for; Stripe sends nothing else.
const REGISTERED: [&str; 23] = [
    "account.application.deauthorized",
    "account.updated",
    "capability.updated",
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    "charge.refunded",
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "checkout.session.expired",
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.succeeded",
    "payout.failed",
    "payout.paid",
    "refund.created",
    "refund.failed",
    "refund.updated",
    "transfer.created",
    "transfer.reversed",
];

/// Of a hundred notices, how many go wrong on their way.
#[derive(Debug, Clone, Copy, Default)]
pub struct Weather {
    pub lost: u64,
    pub twice: u64,
    /// How often all that wait come in any order.
    pub mixed: u64,
}

impl Books {
    /// Notes that something has changed.
    pub(super) fn tell(&mut self, kind: &str, object: &Value) {
        self.tell_of(None, kind, object);
    }

    /// The same of something that a connected account owns.
    pub(super) fn tell_of(&mut self, account: Option<&str>, kind: &str, object: &Value) {
        let event = self.event(kind, object, account);
        let event = self.put(event);
        self.records.event(&event);
        self.notices.push_back(text(&event["id"]));
    }

    pub(super) fn event(&mut self, kind: &str, object: &Value, account: Option<&str>) -> Value {
        let id = self.next("evt");
        let mut event = json!({
            "id": id, "object": "event", "type": kind, "created": self.now,
            "livemode": object["livemode"].as_bool().unwrap_or(false), "pending_webhooks": 1,
            "api_version": "2026-09-30.endive", "request": {"id": null, "idempotency_key": null},
            "data": {"object": shown(object.clone())},
        });
        if let Some(account) = account {
            event["account"] = json!(account);
        }
        event
    }

    /// The next that waits to be sent, signed now.
    fn next_notice(&mut self) -> Option<(String, String, String)> {
        loop {
            let id = self.notices.pop_front()?;
            let event = self.objects[&id].clone();
            if REGISTERED.contains(&event["type"].as_str().unwrap()) {
                let body = event.to_string();
                let signature = sign(&body, SECRET, self.now);
                return Some((id, body, signature));
            }
        }
    }
}

impl FakeStripe {
    /// All notices that wait, oldest first, each with its signature; they wait no more.
    pub fn take_notices(&self) -> Vec<(String, String)> {
        self.with(|books| {
            std::iter::from_fn(|| books.next_notice())
                .map(|(_, body, signature)| (body, signature))
                .collect()
        })
    }

    /// Sends what waits to a site. What is not taken waits on, as Stripe tries again for days; what
    /// got lost is gone, as after those days. How many were taken.
    pub fn deliver(&self, to: impl Address, weather: Weather, dice: &mut Dice) -> usize {
        let mut waiting: Vec<_> =
            self.with(|books| std::iter::from_fn(|| books.next_notice()).collect());
        if dice.percent(weather.mixed) {
            dice.shuffle(&mut waiting);
        }
        let mut taken = 0;
        for (id, body, signature) in waiting {
            if dice.percent(weather.lost) {
                continue;
            }
            let times = if dice.percent(weather.twice) { 2 } else { 1 };
            let is_taken = (0..times).all(|_| post(&to, &body, &signature).is_ok_and(is_success));
            match is_taken {
                true => taken += 1,
                false => self.with(|books| books.notices.push_back(id)),
            }
        }
        taken
    }
}

/// Where a site is: what is connected to, and what it is called.
pub trait Address: ToSocketAddrs + std::fmt::Display {}
impl<T: ToSocketAddrs + std::fmt::Display> Address for T {}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// What the site answers to a notice.
fn post(to: &impl Address, body: &str, signature: &str) -> std::io::Result<u16> {
    let mut stream = TcpStream::connect(to)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    write!(
        stream,
        "POST /webhooks/stripe HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n\
         Content-Type: application/json; charset=utf-8\r\nStripe-Signature: {signature}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer.split(' ').nth(1).and_then(|word| word.parse().ok());
    status.ok_or_else(|| std::io::Error::other("no answer came"))
}
