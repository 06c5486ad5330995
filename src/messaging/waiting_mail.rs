//! Telling those who are away that something waits, by mail after ten minutes or once a day, with names
//! and counts and never a text.
//!
//! A conversation is told once, from its first unread message on, and only reading ends that. The mark
//! `mailed_seq` says up to which row somebody was told, and whoever was told is no longer in the index
//! that a round reads.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::digest_rule::{DigestRule, MAIL_AFTER};
use super::schema::{conversation_participants as p, messages};
use super::wire::Act;
use super::{ChatSettings, Conversation, ConversationId, Participant, Peer};
use crate::clock::{Instant, Span};
use crate::db::{self, Conn, PreparedCondition};
use crate::error::Result;
use crate::locale::LocalZone;
use crate::mail::{Letter, Mail, Outgoing, Timing};
use crate::notifications::{QuietHours, Topic, unsubscribe};
use crate::seal::Seal;
use crate::users::{User, UserId};
use crate::web::paths;

/// At most so many in one transaction, so that nobody waits for this.
pub const ROUND: usize = 50;
/// People named in one mail.
const NAMED: usize = 20;

/// Writes the mails that are due; to how many people.
pub fn mail_round(
    conn: &mut Conn,
    by: (&Mail, &Seal),
    rule: &DigestRule,
    now: Instant,
) -> Result<usize> {
    let people = rule.due(conn, None)?;
    for person in &people {
        // two nodes write to the same person one after the other, and the second finds it done
        db::lock(conn, "users", "id", person.0)?;
        if !rule.due(conn, Some(*person))?.is_empty() {
            mail_person(conn, by, *person, rule, now)?;
        }
    }
    Ok(people.len())
}

/// One mail about all that waits for one person. It is one of a kind by the message that brought it.
fn mail_person(
    conn: &mut Conn,
    (mail, seal): (&Mail, &Seal),
    person: UserId,
    rule: &DigestRule,
    now: Instant,
) -> Result<()> {
    let reader = User::by_id(conn, person)?;
    // it is written when they end, with what waits then
    if QuietHours::hold(conn, &reader, now)?.is_some() {
        return Ok(());
    }
    let lines = lines(conn, &reader)?;
    let brings = |row: &&WaitingConversation| row.is_news && row.since <= rule.waiting_since;
    if let Some(cause) = lines.iter().find(brings) {
        let end = unsubscribe::address(seal, &mail.base_url, person, Topic::Messages);
        let outgoing = Outgoing {
            kind: "messaging.waiting",
            recipient: &reader.email_key,
            address: &reader.address().address(),
            object: cause.talk.id.0,
            version: cause.first,
            letter: letter(&lines, &reader.local_zone(), &mail.base_url)
                .with_unsubscribe(end)
                .expiring(now + Span::days(1)),
            timing: Timing::AtOnce,
        };
        if mail.enqueue(conn, now, &outgoing)? {
            ChatSettings::mailed(conn, person, now)?;
        }
    }
    for line in &lines {
        diesel::update(p::table.find((line.talk.id, person)))
            .set(p::mailed_seq.eq(line.talk.last_seq))
            .execute(conn)?;
    }
    Ok(())
}

/// A conversation in which something waits.
struct WaitingConversation {
    talk: Conversation,
    name: String,
    count: i64,
    /// The first message that waits, and since when.
    first: i64,
    since: Instant,
    /// Whether it was not mailed yet.
    is_news: bool,
}

/// All that waits for one person, the longest first.
fn lines(conn: &mut Conn, reader: &User) -> Result<Vec<WaitingConversation>> {
    let waiting = || p::user_id.eq(reader.id).and(p::unread_seq.is_not_null());
    let rows: Vec<Participant> = p::table
        .filter(waiting())
        .order((p::unread_since, p::conversation_id))
        .select(Participant::as_select())
        .load(conn)?;
    let counts: Vec<(ConversationId, i64)> = p::table
        .inner_join(messages::table.on(messages::conversation_id.eq(p::conversation_id)))
        .filter(waiting())
        .filter(PreparedCondition("messages.seq >= conversation_participants.unread_seq"))
        .filter(messages::act.eq(Act::Message).and(messages::deleted_at.is_null()))
        .filter(messages::sender_id.is_not_null().and(messages::sender_id.ne(reader.id)))
        .group_by(p::conversation_id)
        .select((p::conversation_id, count_star()))
        .load(conn)?;
    let counts: HashMap<ConversationId, i64> = counts.into_iter().collect();
    let mut talks = Conversation::of_rows(conn, &rows)?;
    let others: Vec<UserId> = talks.values().map(|talk| talk.other(reader.id)).collect();
    let names: HashMap<UserId, String> =
        Peer::all(conn, &others)?.into_iter().map(|peer| (peer.id, peer.name)).collect();
    let line = |row: Participant| {
        let talk = talks.remove(&row.conversation_id)?;
        let (first, since) = (row.unread_seq?, row.unread_since?);
        let name = names.get(&talk.other(reader.id))?.clone();
        let count = counts.get(&talk.id).copied().unwrap_or(1);
        Some(WaitingConversation {
            talk,
            name,
            count,
            first,
            since,
            is_news: first > row.mailed_seq,
        })
    };
    Ok(rows.into_iter().filter_map(line).collect())
}

fn messages_words(count: i64) -> String {
    if count == 1 { "1 message".to_owned() } else { format!("{count} messages") }
}

/// Names and counts. The texts could not be in it: nobody here can open them.
fn letter(lines: &[WaitingConversation], zone: &LocalZone, base_url: &str) -> Letter {
    let (who, address) = match lines {
        [only] => (only.name.clone(), paths::conversation(only.talk.id)),
        _ => (format!("{} people", lines.len()), paths::MESSAGES.to_owned()),
    };
    let total = messages_words(lines.iter().map(|line| line.count).sum());
    let subject = format!("{total} from {who}");
    let mut paragraphs: Vec<String> = lines
        .iter()
        .take(NAMED)
        .map(|line| {
            let (count, since) = (messages_words(line.count), line.since.words(zone));
            format!("{}: {count}, waiting since {since}.", line.name)
        })
        .collect();
    if let more @ 1.. = lines.len().saturating_sub(NAMED) {
        paragraphs.push(format!("And {more} more."));
    }
    paragraphs.push("They are encrypted, and only your browser opens them.".to_owned());
    paragraphs.push("How often we mail this you choose under Settings, Messages.".to_owned());
    let paragraphs: Vec<&str> = paragraphs.iter().map(String::as_str).collect();
    Letter::new(&subject, &paragraphs)
        .with_button("Read your messages", format!("{base_url}{address}"))
}

/// Those who want no mail, or may get none, are done with without one.
pub fn settle(conn: &mut Conn, now: Instant) -> Result<()> {
    let unwanted = PreparedCondition(
        "EXISTS (SELECT 1 FROM users WHERE users.id = conversation_participants.user_id \
         AND users.status <> 'active') \
         OR EXISTS (SELECT 1 FROM chat_settings \
         WHERE chat_settings.user_id = conversation_participants.user_id \
         AND chat_settings.mail_mode = 'never')",
    );
    let done = p::table
        .filter(p::unread_since.le(now - MAIL_AFTER))
        .filter(p::unread_seq.gt(p::mailed_seq.nullable()))
        .filter(unwanted);
    diesel::update(done).set(p::mailed_seq.eq(p::unread_seq.assume_not_null())).execute(conn)?;
    Ok(())
}
