//! Telling those who are away that something waits, by push after ten seconds. It is empty: what it
//! says the browser asks the site.
//!
//! From its first unread message on a conversation is told once each way; what comes while it waits
//! is not told again. Only reading ends that, never presence: a connected device may be asleep. The
//! mark `pushed_seq` says up to which row somebody was told, and whoever was told is no longer in the
//! index that a round reads.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use diesel::prelude::*;

use super::jobs::PUSH;
use super::schema::conversation_participants as p;
use super::{Conversation, Participant};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::Result;
use crate::notifications::{Preference, PushSubscription, QuietHours, SubscriptionId, Topic};
use crate::users::{Status, User, UserId};

/// At most so many in one transaction, so that nobody waits for this.
pub const ROUND: usize = 50;
const MOST: i64 = 50;
const PUSH_AFTER: Span = Span::seconds(10);

/// Lays out the pushes that are due: one for each browser of whoever is to be told. How many
/// conversations that were.
pub fn push_round(conn: &mut Conn, now: Instant) -> Result<usize> {
    let due = p::table
        .filter(p::unread_since.le(now - PUSH_AFTER))
        .filter(p::unread_seq.gt(p::pushed_seq.nullable()))
        .order(p::unread_since)
        .limit(MOST);
    let waiting: Vec<Participant> = match conn {
        Conn::Sqlite(c) => due.select(Participant::as_select()).load(c)?,
        // whoever reads at this moment, or is told by another node, is not waited for
        Conn::Postgres(c) => {
            due.select(Participant::as_select()).for_no_key_update().skip_locked().load(c)?
        }
    };
    let people: Vec<UserId> = waiting.iter().map(|row| row.user_id).collect();
    let active = User::active_among(conn, &people)?;
    wake(conn, &active, now)?;
    let heads = Conversation::of_rows(conn, &waiting)?;
    for row in &waiting {
        let head = heads.get(&row.conversation_id).map_or(0, |talk| talk.last_seq);
        diesel::update(p::table.find((row.conversation_id, row.user_id)))
            .set(p::pushed_seq.eq(head))
            .execute(conn)?;
    }
    Ok(waiting.len())
}

/// Lays out the pushes for some people: at once, or for the end of their quiet hours.
fn wake(conn: &mut Conn, people: &[UserId], now: Instant) -> Result<()> {
    let unwanted = Preference::without_push(conn, Topic::Messages, people)?;
    let mut quiet = HashMap::new();
    for browser in PushSubscription::of_people(conn, people)? {
        if unwanted.contains(&browser.user_id) {
            continue;
        }
        let end = match quiet.entry(browser.user_id) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                let owner = User::by_id(conn, browser.user_id)?;
                *new.insert(QuietHours::end_for(conn, &owner, now)?)
            }
        };
        PUSH.enqueue_at(conn, browser.id, now, end.unwrap_or(now))?;
    }
    Ok(())
}

/// The browser, if its owner may be told and has not read everything meanwhile.
pub fn find_to_wake(conn: &mut Conn, id: SubscriptionId) -> Result<Option<PushSubscription>> {
    let browser = PushSubscription::by_id(conn, id)?;
    let waiting = p::table.filter(p::user_id.eq(browser.user_id).and(p::unread_seq.is_not_null()));
    let is_waiting: bool = diesel::select(diesel::dsl::exists(waiting)).get_result(conn)?;
    let is_active = User::status_of(conn, browser.user_id)? == Status::Active;
    Ok(Some(browser).filter(|_| is_waiting && is_active))
}
