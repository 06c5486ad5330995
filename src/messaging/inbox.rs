//! One's conversations as a list, the one that changed last on top.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::{conversations, messages};
use super::{
    ChatSettings, Connection, Conversation, ConversationId, Epoch, Message, Participant, Peer,
};
use crate::clock::Instant;
use crate::db::{Conn, PreparedCondition};
use crate::error::Result;
use crate::users::UserId;

/// One line of the list.
#[derive(Debug, Clone)]
pub struct InboxRow {
    pub talk: Conversation,
    pub peer: Peer,
    /// Its newest row that was not cleared.
    pub last: Option<Message>,
    /// The epoch that opens it.
    pub epochs: Vec<Epoch>,
    pub unread: i64,
    pub is_online: bool,
}

/// Where a further page begins.
pub type InboxCursor = (Instant, ConversationId);

/// A page of the list.
#[derive(Debug, Clone)]
pub struct Inbox {
    pub lines: Vec<InboxRow>,
    /// Messages that wait to be read, also in conversations further down.
    pub unread: i64,
    pub next: Option<InboxCursor>,
    pub now: Instant,
}

const PAGE: i64 = 20;

impl Inbox {
    pub fn page(
        conn: &mut Conn,
        own: UserId,
        after: Option<InboxCursor>,
        now: Instant,
    ) -> Result<Self> {
        let lines = InboxRow::page(conn, own, after, now)?;
        let is_full = i64::try_from(lines.len()).is_ok_and(|count| count >= PAGE);
        let last = lines.last().filter(|_| is_full);
        let next = last.map(|last| (last.talk.changed_at, last.talk.id));
        Ok(Self { unread: Participant::unread(conn, own, None)?, lines, next, now })
    }
}

impl InboxRow {
    /// A page of them, newest first. One that the other side has opened, and not written in, is not
    /// there yet.
    pub fn page(
        conn: &mut Conn,
        own: UserId,
        after: Option<InboxCursor>,
        now: Instant,
    ) -> Result<Vec<Self>> {
        let mine = conversations::low_user_id.eq(own).or(conversations::high_user_id.eq(own));
        let (at, id) = after.unwrap_or((Instant::from_micros(i64::MAX), ConversationId(i64::MAX)));
        let has_begun = conversations::last_seq
            .gt(0)
            .or(conversations::opened_by.is_null())
            .or(conversations::opened_by.eq(own));
        let later = conversations::changed_at
            .lt(at)
            .or(conversations::changed_at.eq(at).and(conversations::id.lt(id)));
        let talks: Vec<Conversation> = conversations::table
            .filter(mine.and(later))
            .filter(has_begun.assume_not_null())
            .order((conversations::changed_at.desc(), conversations::id.desc()))
            .limit(PAGE)
            .select(Conversation::as_select())
            .load(conn)?;
        let ids: Vec<ConversationId> = talks.iter().map(|talk| talk.id).collect();
        let people: Vec<UserId> = talks.iter().map(|talk| talk.other(own)).collect();
        let mut peers = by(Peer::all(conn, &people)?, |peer| peer.id);
        let rows = by(Participant::own_among(conn, own, &ids)?, |row| row.conversation_id);
        let mut last = by(last_rows(conn, &ids)?, |row| row.link().conversation_id);
        let epochs = newest_epochs(conn, &talks)?;
        let online = match ChatSettings::of(conn, own)?.share_presence {
            true => Connection::online_among(conn, &people, now)?,
            false => vec![],
        };
        let hidden = ChatSettings::hiding_among(conn, &people)?;
        let mut lines = vec![];
        for talk in talks {
            let Some(peer) = peers.remove(&talk.other(own)) else { continue };
            let (cleared, has_news) = rows
                .get(&talk.id)
                .map_or((0, false), |row| (row.cleared_seq, row.unread_seq.is_some()));
            let unread = if has_news { Participant::unread(conn, own, Some(talk.id))? } else { 0 };
            lines.push(Self {
                last: last.remove(&talk.id).filter(|row| row.seq() > cleared),
                epochs: epochs
                    .iter()
                    .filter(|one| one.conversation_id == talk.id)
                    .cloned()
                    .collect(),
                unread,
                is_online: online.contains(&peer.id) && !hidden.contains(&peer.id),
                peer,
                talk,
            });
        }
        Ok(lines)
    }
}

fn by<T, K: std::hash::Hash + Eq>(rows: Vec<T>, key: impl Fn(&T) -> K) -> HashMap<K, T> {
    rows.into_iter().map(|row| (key(&row), row)).collect()
}

/// The newest message or notice of each, found along the key of the timeline. The database is asked in
/// text, where `Act::Message` is 0.
fn last_rows(conn: &mut Conn, ids: &[ConversationId]) -> Result<Vec<Message>> {
    Ok(conversations::table
        .inner_join(messages::table.on(messages::conversation_id.eq(conversations::id)))
        .filter(conversations::id.eq_any(ids.to_vec()))
        .filter(PreparedCondition(
            "messages.seq = (SELECT x.seq FROM messages x \
             WHERE x.conversation_id = conversations.id AND x.act = 0 \
             ORDER BY x.seq DESC LIMIT 1)",
        ))
        .select(Message::as_select())
        .load(conn)?)
}

/// The epoch in use of each; a newest row under an older one is shown when its pane opens.
fn newest_epochs(conn: &mut Conn, talks: &[Conversation]) -> Result<Vec<Epoch>> {
    Epoch::current_of(conn, &talks.iter().map(|talk| talk.id).collect::<Vec<_>>())
}
