//! Notices from Stripe. What one says is never believed: it only tells which object to fetch anew.
//!
//! Kept are its id, kind, mode, account, object and a hash; not the body, which holds what belongs to
//! people. A notice is kept once, however often it comes.

use serde::Deserialize;
use stripe_webhook::{Webhook, WebhookError};

use super::gateway::StripeGateway;
use super::gateway::objects::ListedEvent;
use super::schema::{event_positions, stripe_events as events};
use super::wake::wake;
use crate::clock::{Instant, Span};
use crate::db::{self, Conn};
use crate::error::Result;
use crate::{on_either, seal};

use diesel::prelude::*;

/// The most bytes that a notice may have.
pub const MOST_BYTES: usize = 256 * 1024;

crate::word_enum! {
    EventEnd { Done => "done", Ignored => "ignored", Dead => "dead" }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
pub struct StripeEvent {
    /// Stripe's own.
    pub id: String,
    pub kind: String,
    pub livemode: bool,
    /// The connected account that it is about.
    pub account: Option<String>,
    pub object_id: String,
    pub created_at: Instant,
    pub received_at: Instant,
    pub sha256: Vec<u8>,
    pub failures: i32,
    /// None when there is nothing more to do about it.
    pub next_at: Option<Instant>,
    pub ended: Option<EventEnd>,
}

/// Why a notice was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// It was not signed by Stripe, or not lately.
    Signature,
    /// It was, and cannot be read all the same.
    Shape,
}

#[derive(Deserialize)]
struct EventBody {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    created: i64,
    livemode: bool,
    account: Option<String>,
    data: BodyData,
}

#[derive(Deserialize)]
struct BodyData {
    object: BodyObject,
}

#[derive(Deserialize)]
struct BodyObject {
    /// `balance.available` is about something without one.
    id: Option<String>,
}

impl StripeEvent {
    /// Takes a notice at its word only for what it is about, and only if one of the secrets signed it
    /// within five minutes of `now`.
    pub fn read(
        gateway: &StripeGateway,
        signature: &str,
        body: &[u8],
        now: Instant,
    ) -> Result<Self, Rejection> {
        let text = std::str::from_utf8(body).map_err(|_| Rejection::Signature)?;
        let is_signed = |secret: &String| {
            matches!(
                Webhook::construct_event_with_timestamp(text, signature, secret, now.seconds()),
                // the crate reads the whole object as well, and it is fine if it cannot
                Ok(_) | Err(WebhookError::BadParse(_))
            )
        };
        if !gateway.settings.webhook_secrets.iter().any(is_signed) {
            return Err(Rejection::Signature);
        }
        let body: EventBody = serde_json::from_str(text).map_err(|_| Rejection::Shape)?;
        let object_id = body.data.object.id.unwrap_or_default();
        let fits = |word: &str| word.len() <= 255;
        if body.id.is_empty() || !fits(&body.id) || !fits(&body.kind) || !fits(&object_id) {
            return Err(Rejection::Shape);
        }
        Ok(Self {
            id: body.id,
            kind: body.kind,
            livemode: body.livemode,
            account: body.account,
            object_id,
            created_at: Instant::from_micros(body.created.saturating_mul(1_000_000)),
            received_at: now,
            sha256: seal::sha256(text.as_bytes()).to_vec(),
            failures: 0,
            // what belongs together comes together, and is looked at once
            next_at: Some(now + Span::seconds(1)),
            ended: None,
        })
    }

    /// Keeps it, unless it is there, and asks for a look at what it is about. Whether it is new.
    pub fn keep(&self, conn: &mut Conn) -> Result<bool> {
        let kept = on_either!(conn, |c| diesel::insert_into(events::table)
            .values(self)
            .on_conflict_do_nothing()
            .execute(c))?;
        if kept == 0 {
            return Ok(false);
        }
        let at = self.next_at.unwrap_or(self.received_at);
        // one look serves all notices of a second
        wake(conn, self.received_at, at.up_to_second())?;
        Ok(true)
    }

    /// One that Stripe lists, as if it had been told.
    pub fn listed(event: &ListedEvent, now: Instant) -> Self {
        Self {
            id: event.id.clone(),
            kind: event.kind.clone(),
            livemode: event.livemode,
            account: None,
            object_id: event.data.object.id.clone().unwrap_or_default(),
            created_at: Instant::from_micros(event.created.saturating_mul(1_000_000)),
            received_at: now,
            sha256: seal::sha256(event.id.as_bytes()).to_vec(),
            failures: 0,
            next_at: Some(now),
            ended: None,
        }
    }

    /// Whether anything follows from notices of this kind.
    pub fn is_read(kind: &str) -> bool {
        const READ: [&str; 7] = [
            "checkout.session.",
            "payment_intent.",
            "charge.",
            "refund.",
            "transfer.",
            "account.",
            "capability.",
        ];
        READ.iter().any(|start| kind.starts_with(start))
    }

    /// When the newest happened that Stripe has listed. A notice that came says nothing of those
    /// before it.
    pub fn listed_to(conn: &mut Conn, livemode: bool) -> Result<Option<Instant>> {
        let own = event_positions::table.find(livemode).select(event_positions::read_to);
        Ok(own.first(conn).optional()?)
    }

    /// Everything up to then was listed and is kept. What was listed once more takes nothing back.
    pub fn note_listed(conn: &mut Conn, livemode: bool, read_to: Instant) -> Result<()> {
        if Self::listed_to(conn, livemode)?.is_some_and(|known| known >= read_to) {
            return Ok(());
        }
        let row = (event_positions::livemode.eq(livemode), event_positions::read_to.eq(read_to));
        on_either!(conn, |c| diesel::insert_into(event_positions::table)
            .values(row)
            .on_conflict(event_positions::livemode)
            .do_update()
            .set(event_positions::read_to.eq(read_to))
            .execute(c))?;
        Ok(())
    }

    /// Those that nothing could be done about.
    pub fn dead(conn: &mut Conn, livemode: bool) -> Result<Vec<Self>> {
        Ok(events::table
            .filter(events::ended.eq(Some(EventEnd::Dead)).and(events::livemode.eq(livemode)))
            .order(events::id)
            .limit(100)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// What came about one payment, by the ids of its objects, newest first.
    pub fn about(conn: &mut Conn, objects: &[String]) -> Result<Vec<Self>> {
        Ok(events::table
            .filter(events::object_id.eq_any(objects))
            .order(events::created_at.desc())
            .limit(100)
            .select(Self::as_select())
            .load(conn)?)
    }

    pub fn due(conn: &mut Conn, livemode: bool, most: i64, now: Instant) -> Result<Vec<Self>> {
        Ok(events::table
            .filter(events::next_at.le(now).and(events::livemode.eq(livemode)))
            .order((events::next_at, events::id))
            .limit(most)
            .select(Self::as_select())
            .load(conn)?)
    }

    pub fn end(&self, conn: &mut Conn, end: EventEnd) -> Result<()> {
        let set = (events::next_at.eq(None::<Instant>), events::ended.eq(Some(end)));
        let open = events::table.filter(events::id.eq(&self.id).and(events::next_at.is_not_null()));
        db::update(open, set).execute(conn)?;
        Ok(())
    }

    /// It could not be followed for a fault of our own: again later, and after ten times an admin
    /// must look.
    pub fn note_failure(&self, conn: &mut Conn, now: Instant) -> Result<()> {
        if self.failures >= 9 {
            return self.end(conn, EventEnd::Dead);
        }
        let open = events::table.filter(events::id.eq(&self.id).and(events::next_at.is_not_null()));
        let set = (
            events::next_at.eq(Some(now + Span::minutes(5))),
            events::failures.eq(self.failures + 1),
        );
        db::update(open, set).execute(conn)?;
        Ok(())
    }

    /// Nothing of ours fits it yet: again after a minute, ten, an hour, a day, then it is ignored.
    pub fn put_off(&self, conn: &mut Conn, now: Instant) -> Result<()> {
        let wait = match self.failures {
            0 => Span::minutes(1),
            1 => Span::minutes(10),
            2 => Span::hours(1),
            3 => Span::hours(24),
            _ => return self.end(conn, EventEnd::Ignored),
        };
        let open = events::table.filter(events::id.eq(&self.id).and(events::next_at.is_not_null()));
        let set = (events::next_at.eq(Some(now + wait)), events::failures.eq(self.failures + 1));
        db::update(open, set).execute(conn)?;
        Ok(())
    }
}
