//! One row of a timeline, and the pages it is read in.

use std::collections::HashSet;

use diesel::prelude::*;

use super::schema::messages;
use super::wire::{self, Act};
use super::{Blob, BlobId, Conversation, ConversationId, DeviceId, TimelineNotice};
use crate::clock::Instant;
use crate::db::Conn;
use crate::decisions::DecisionId;
use crate::error::Result;
use crate::on_either;
use crate::users::UserId;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = messages, treat_none_as_default_value = false)]
pub struct Message {
    pub conversation_id: ConversationId,
    pub seq: i64,
    pub act: i16,
    pub sender_id: Option<UserId>,
    pub device_id: Option<DeviceId>,
    pub dev_seq: Option<i64>,
    pub client_msg_id: Option<Vec<u8>>,
    pub epoch: Option<i32>,
    pub target_seq: Option<i64>,
    pub head: Option<Vec<u8>>,
    pub wire: Option<Vec<u8>>,
    pub wire_hash: Vec<u8>,
    pub chain: Vec<u8>,
    pub server_ts: Instant,
    pub deleted_at: Option<Instant>,
    pub notice_kind: Option<i16>,
    pub notice_ref: Option<i64>,
    /// The decision after a report that it was removed by.
    pub removed_by: Option<DecisionId>,
}

/// A message or a notice with the edits and the delete that are about it, oldest first, and the
/// files it brought.
#[derive(Debug, Clone)]
pub struct TimelineEntry {
    pub message: Message,
    pub edits: Vec<Message>,
    pub blobs: Vec<BlobId>,
}

/// Where a page of entries ends: before a row, or before an instant.
#[derive(Debug, Clone, Copy)]
pub enum Before {
    Newest,
    Seq(i64),
    Instant(Instant),
}

impl Message {
    pub(super) fn insert(&self, conn: &mut Conn) -> Result<()> {
        on_either!(conn, |c| diesel::insert_into(messages::table).values(self).execute(c))?;
        Ok(())
    }

    /// The row under an id that its sender's browser made up, in whichever conversation.
    pub(super) fn sent_before(
        conn: &mut Conn,
        sender: UserId,
        client_msg_id: &[u8],
    ) -> Result<Self> {
        let same = messages::table
            .filter(messages::sender_id.eq(sender))
            .filter(messages::client_msg_id.eq(client_msg_id));
        Ok(same.select(Self::as_select()).first(conn)?)
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
        let meant = messages::seq
            .eq(seq)
            .or(messages::target_seq.eq(seq).and(messages::act.eq(Act::Edit.number())));
        diesel::update(messages::table.filter(messages::conversation_id.eq(talk).and(meant)))
            .set((messages::wire.eq(None::<Vec<u8>>), messages::deleted_at.eq(Some(now))))
            .execute(conn)?;
        Ok(())
    }

    pub(super) fn edits_of(conn: &mut Conn, talk: ConversationId, seq: i64) -> Result<i64> {
        Ok(messages::table
            .filter(messages::conversation_id.eq(talk).and(messages::target_seq.eq(seq)))
            .filter(messages::act.eq(Act::Edit.number()))
            .count()
            .get_result(conn)?)
    }

    /// The newest row of a conversation that stands in its timeline by itself.
    pub fn last(conn: &mut Conn, talk: ConversationId, cleared: i64) -> Result<Option<Self>> {
        Ok(messages::table
            .filter(messages::conversation_id.eq(talk).and(messages::seq.gt(cleared)))
            .filter(messages::act.eq(Act::Message.number()))
            .order(messages::seq.desc())
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// Rows above one, the oldest first.
    pub(super) fn after(
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

    /// Up to this row only what the chain is made of is given out.
    pub(super) fn shown_above(self, hidden_to: i64) -> Self {
        if self.seq > hidden_to {
            return self;
        }
        Self { head: None, wire: None, notice_kind: None, notice_ref: None, ..self }
    }

    pub fn is_notice(&self) -> bool {
        self.notice_kind.is_some()
    }

    /// The message that looks otherwise since this row: edited, deleted, removed or shown again.
    fn changes(&self) -> Option<i64> {
        let removed = TimelineNotice::of(self).filter(|said| said.is_about_message());
        self.target_seq.or(self.notice_ref.filter(|_| removed.is_some()))
    }
}

impl TimelineEntry {
    /// The `most` newest entries before a point, oldest first, without what its reader cleared.
    pub fn page(
        conn: &mut Conn,
        talk: ConversationId,
        cleared: i64,
        before: Before,
        most: i64,
    ) -> Result<Vec<Self>> {
        let page = messages::table
            .filter(messages::conversation_id.eq(talk))
            .filter(messages::seq.gt(cleared).and(messages::act.eq(Act::Message.number())))
            .order(messages::seq.desc())
            .limit(most)
            .select(Message::as_select());
        let mut rows: Vec<Message> = match before {
            Before::Newest => page.load(conn)?,
            Before::Seq(seq) => page.filter(messages::seq.lt(seq)).load(conn)?,
            Before::Instant(at) => page.filter(messages::server_ts.lt(at)).load(conn)?,
        };
        rows.reverse();
        Self::with_edits(conn, talk, rows)
    }

    /// Entries that a reader who has seen row `after` must see anew, in the order of their rows;
    /// and the last row they account for.
    pub fn since(
        conn: &mut Conn,
        talk: ConversationId,
        cleared: i64,
        after: i64,
        most: i64,
    ) -> Result<(Vec<Self>, i64)> {
        let mut rows = Message::after(conn, talk, after, most)?;
        let last = rows.last().map_or(after, |row| row.seq);
        rows.retain(|row| row.seq > cleared);
        if rows.iter().all(|row| row.changes().is_none()) {
            // what changes one of these comes after it, with the next rows
            return Ok((Self::with_files(conn, talk, rows, vec![])?, last));
        }
        let own = rows.iter().filter(|row| row.target_seq.is_none()).map(|row| row.seq);
        let mut seqs: Vec<i64> = own.chain(rows.iter().filter_map(Message::changes)).collect();
        seqs.sort_unstable();
        seqs.dedup();
        let targets: Vec<Message> = messages::table
            .filter(messages::conversation_id.eq(talk).and(messages::seq.eq_any(seqs)))
            .filter(messages::seq.gt(cleared))
            .order(messages::seq)
            .select(Message::as_select())
            .load(conn)?;
        Ok((Self::with_edits(conn, talk, targets)?, last))
    }

    /// One entry, in the form of a page.
    pub(super) fn one(conn: &mut Conn, talk: ConversationId, seq: i64) -> Result<Vec<Self>> {
        let row = Message::find(conn, talk, seq)?;
        Self::with_edits(conn, talk, row.into_iter().collect())
    }

    fn with_edits(conn: &mut Conn, talk: ConversationId, rows: Vec<Message>) -> Result<Vec<Self>> {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(vec![]) };
        let edits: Vec<Message> = messages::table
            .filter(messages::conversation_id.eq(talk))
            .filter(messages::target_seq.between(first.seq, last.seq))
            .order(messages::seq)
            .select(Message::as_select())
            .load(conn)?;
        Self::with_files(conn, talk, rows, edits)
    }

    fn with_files(
        conn: &mut Conn,
        talk: ConversationId,
        rows: Vec<Message>,
        mut edits: Vec<Message>,
    ) -> Result<Vec<Self>> {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(vec![]) };
        let files = Blob::of_messages(conn, talk, (first.seq, last.seq))?;
        let entries = rows.into_iter().map(|message| {
            let (own, others) =
                edits.drain(..).partition(|edit| edit.target_seq == Some(message.seq));
            edits = others;
            let own_files = files.iter().filter(|(seq, _)| *seq == message.seq);
            let blobs = own_files.map(|(_, id)| *id).collect();
            Self { message, edits: own, blobs }
        });
        Ok(entries.collect())
    }

    /// The rows of a stretch that no entry among these shows: edits and deletes of messages
    /// elsewhere, and what their reader cleared. With them a browser can follow the chain through.
    pub fn links(
        conn: &mut Conn,
        talk: ConversationId,
        (first, last): (i64, i64),
        hidden_to: i64,
        among: &[Self],
    ) -> Result<Vec<Message>> {
        let rows = among.iter().flat_map(|entry| entry.edits.iter().chain([&entry.message]));
        let shown: HashSet<i64> =
            rows.map(|row| row.seq).filter(|seq| (first..=last).contains(seq)).collect();
        if i64::try_from(shown.len()).is_ok_and(|count| count > last - first) {
            return Ok(vec![]);
        }
        let stretch = messages::table
            .filter(messages::conversation_id.eq(talk).and(messages::seq.between(first, last)))
            .order(messages::seq)
            .limit(2000);
        let rows: Vec<Message> =
            on_either!(conn, |c| stretch.select(Message::as_select()).load(c))?;
        let others = rows.into_iter().filter(|row| !shown.contains(&row.seq));
        Ok(others.map(|row| row.shown_above(hidden_to)).collect())
    }

    pub fn is_deleted(&self) -> bool {
        self.message.deleted_at.is_some()
    }

    pub fn is_removed(&self) -> bool {
        self.message.removed_by.is_some()
    }

    /// How often the text was changed.
    pub fn is_edited(&self) -> bool {
        self.edits.iter().any(|edit| edit.act == Act::Edit.number())
    }
}
