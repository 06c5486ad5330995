//! One row of a timeline: sealed by one of its two, or a notice that the site wrote.

mod row;

use diesel::prelude::*;

use super::schema::messages;
use super::wire::{self, Act};
use super::{Conversation, ConversationId, TimelineNotice};
use crate::clock::Instant;
use crate::db::Conn;
use crate::decisions::DecisionId;
use crate::error::{Error, Result};
use crate::on_either;
use crate::users::UserId;

pub(super) use row::{NewSealedMessage, NewTimelineNotice};

/// A row of a timeline. Rows are numbered without gaps and never change, but that a deleted message
/// loses its wire.
#[derive(Debug, Clone)]
pub enum Message {
    Sealed(SealedMessage),
    Notice(TimelineNotice),
}

/// Where a row stands, and what the chain is made of.
#[derive(Debug, Clone)]
pub struct ChainLink {
    pub conversation_id: ConversationId,
    /// From 1, in each conversation.
    pub seq: i64,
    /// SHA-256 of the wire, which stays when that is deleted.
    pub wire_hash: Vec<u8>,
    /// SHA-256 over the link before and this row: two browsers with the same have seen the same.
    pub chain: Vec<u8>,
    /// In whole milliseconds, later than that of the row before.
    pub server_ts: Instant,
}

/// What one of the two sent: a message, an edit or a delete.
#[derive(Debug, Clone)]
pub struct SealedMessage {
    pub link: ChainLink,
    pub act: Act,
    pub sender_id: UserId,
    /// 16 bytes that the sender’s browser made up: the same once more is the same message.
    pub client_msg_id: Vec<u8>,
    /// The key that seals it; see [`super::Epoch`].
    pub epoch: i32,
    /// The message that an edit or a delete is about.
    pub target_seq: Option<i64>,
    /// The first bytes of the wire, in clear; they stay.
    pub head: Vec<u8>,
    /// None once it is deleted.
    pub wire: Option<Vec<u8>>,
    /// The decision after a report that it was removed by.
    pub removed_by: Option<DecisionId>,
}

impl ChainLink {
    /// The next row of a timeline that is held, for a hash of what it says.
    pub(super) fn next(talk: &Conversation, wire_hash: &[u8], now: Instant) -> Self {
        let (seq, server_ts) = talk.next(now);
        let chain = wire::chain_next(&talk.last_chain, seq, server_ts, wire_hash).to_vec();
        Self { conversation_id: talk.id, seq, wire_hash: wire_hash.to_vec(), chain, server_ts }
    }
}

impl SealedMessage {
    pub fn is_deleted(&self) -> bool {
        self.wire.is_none()
    }

    pub fn is_removed(&self) -> bool {
        self.removed_by.is_some()
    }

    /// The message that this row is, or that it changed.
    pub fn meant(&self) -> i64 {
        self.target_seq.unwrap_or(self.link.seq)
    }
}

impl Message {
    pub fn link(&self) -> &ChainLink {
        match self {
            Self::Sealed(sealed) => &sealed.link,
            Self::Notice(notice) => &notice.link,
        }
    }

    pub fn seq(&self) -> i64 {
        self.link().seq
    }

    pub fn sealed(&self) -> Option<&SealedMessage> {
        match self {
            Self::Sealed(sealed) => Some(sealed),
            Self::Notice(_) => None,
        }
    }

    pub fn notice(&self) -> Option<&TimelineNotice> {
        match self {
            Self::Sealed(_) => None,
            Self::Notice(notice) => Some(notice),
        }
    }

    pub(super) fn into_sealed(self) -> Option<SealedMessage> {
        match self {
            Self::Sealed(sealed) => Some(sealed),
            Self::Notice(_) => None,
        }
    }

    /// Whether it stands in its timeline by itself: a message or a notice.
    pub(super) fn is_entry(&self) -> bool {
        self.sealed().is_none_or(|sealed| sealed.target_seq.is_none())
    }

    /// The message that looks otherwise since this row: edited, deleted, removed or shown again.
    pub(super) fn changes(&self) -> Option<i64> {
        match self {
            Self::Sealed(sealed) => sealed.target_seq,
            Self::Notice(notice) => notice.message(),
        }
    }

    /// The row under an id that its sender's browser made up, in whichever conversation.
    pub(super) fn sent_before(
        conn: &mut Conn,
        sender: UserId,
        client_msg_id: &[u8],
    ) -> Result<SealedMessage> {
        let same = messages::table
            .filter(messages::sender_id.eq(sender))
            .filter(messages::client_msg_id.eq(client_msg_id));
        let row: Self = same.select(Self::as_select()).first(conn)?;
        row.into_sealed().ok_or(Error::NotFound)
    }

    pub(super) fn find(conn: &mut Conn, talk: ConversationId, seq: i64) -> Result<Option<Self>> {
        let row = messages::table.find((talk, seq)).select(Self::as_select());
        Ok(row.first(conn).optional()?)
    }

    /// The chain after a row; that of the beginning for none.
    pub(super) fn chain_at(
        conn: &mut Conn,
        talk: &Conversation,
        seq: i64,
    ) -> Result<Option<Vec<u8>>> {
        if seq == talk.last_seq {
            return Ok(Some(talk.last_chain.clone()));
        }
        if seq == 0 {
            return Ok(Some(wire::chain_start(talk.id).to_vec()));
        }
        let row = messages::table.find((talk.id, seq)).select(messages::chain);
        Ok(row.first(conn).optional()?)
    }

    /// Strikes the text of a message and of its edits.
    pub(super) fn strike(
        conn: &mut Conn,
        talk: ConversationId,
        seq: i64,
        now: Instant,
    ) -> Result<()> {
        let meant =
            messages::seq.eq(seq).or(messages::target_seq.eq(seq).and(messages::act.eq(Act::Edit)));
        diesel::update(messages::table.filter(messages::conversation_id.eq(talk).and(meant)))
            .set((messages::wire.eq(None::<Vec<u8>>), messages::deleted_at.eq(Some(now))))
            .execute(conn)?;
        Ok(())
    }

    pub(super) fn edits_of(conn: &mut Conn, talk: ConversationId, seq: i64) -> Result<i64> {
        Ok(messages::table
            .filter(messages::conversation_id.eq(talk).and(messages::target_seq.eq(seq)))
            .filter(messages::act.eq(Act::Edit))
            .count()
            .get_result(conn)?)
    }

    /// Rows above one, the oldest first, edits and deletes among them.
    pub fn after(
        conn: &mut Conn,
        talk: ConversationId,
        after: i64,
        most: i64,
    ) -> Result<Vec<Self>> {
        let later = messages::table
            .filter(messages::conversation_id.eq(talk).and(messages::seq.gt(after)))
            .order(messages::seq)
            .limit(most);
        Ok(on_either!(conn, |c| later.select(Self::as_select()).load(c))?)
    }
}
