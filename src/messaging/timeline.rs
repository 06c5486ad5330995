//! The pages in which a timeline is read: messages with what became of them, and notices.

use std::collections::HashSet;

use diesel::prelude::*;

use super::message::ChainLink;
use super::schema::messages;
use super::wire::Act;
use super::{Blob, BlobId, ConversationId, Message, SealedMessage, TimelineNotice};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::on_either;

/// A message or a notice with the edits and the delete that are about it, oldest first, and the
/// files it brought.
#[derive(Debug, Clone)]
pub struct TimelineEntry {
    pub row: Message,
    pub edits: Vec<SealedMessage>,
    pub blobs: Vec<BlobId>,
}

/// Where a page of entries ends: before a row, or before an instant.
#[derive(Debug, Clone, Copy)]
pub enum Before {
    Newest,
    Seq(i64),
    Instant(Instant),
    /// Before everything.
    Beginning,
}

/// A row that no entry of a page shows: what the chain is made of, and what it says unless its
/// reader cleared it.
#[derive(Debug, Clone)]
pub struct HistoryLink {
    row: Message,
    is_cleared: bool,
}

impl HistoryLink {
    /// The most of one page.
    const MOST: i64 = 2000;

    /// Up to row `hidden_to` nothing but the chain is given out.
    pub(super) fn of(row: Message, hidden_to: i64) -> Self {
        let is_cleared = row.seq() <= hidden_to;
        Self { row, is_cleared }
    }

    pub fn link(&self) -> &ChainLink {
        self.row.link()
    }

    pub fn sealed(&self) -> Option<&SealedMessage> {
        self.row.sealed().filter(|_| !self.is_cleared)
    }

    pub fn notice(&self) -> Option<&TimelineNotice> {
        self.row.notice().filter(|_| !self.is_cleared)
    }

    /// The rows after one that a page follows and does not show.
    pub fn after(
        conn: &mut Conn,
        talk: ConversationId,
        (after, hidden_to): (i64, i64),
        most: i64,
    ) -> Result<Vec<Self>> {
        let rows = Message::after(conn, talk, after, most)?.into_iter();
        Ok(rows.map(|row| Self::of(row, hidden_to)).collect())
    }

    /// The rows of a stretch that no entry among these shows: edits and deletes of messages
    /// elsewhere, and what their reader cleared. With them a browser can follow the chain through.
    pub fn between(
        conn: &mut Conn,
        talk: ConversationId,
        (first, last): (i64, i64),
        hidden_to: i64,
        among: &[TimelineEntry],
    ) -> Result<Vec<Self>> {
        let seqs = among.iter().flat_map(TimelineEntry::seqs);
        let shown: HashSet<i64> = seqs.filter(|seq| (first..=last).contains(seq)).collect();
        if i64::try_from(shown.len()).is_ok_and(|count| count > last - first) {
            return Ok(vec![]);
        }
        let stretch = messages::table
            .filter(messages::conversation_id.eq(talk).and(messages::seq.between(first, last)))
            .order(messages::seq)
            .limit(Self::MOST);
        let rows: Vec<Message> =
            on_either!(conn, |c| stretch.select(Message::as_select()).load(c))?;
        let others = rows.into_iter().filter(|row| !shown.contains(&row.seq()));
        Ok(others.map(|row| Self::of(row, hidden_to)).collect())
    }
}

impl TimelineEntry {
    /// One that nothing has become of yet.
    pub(super) fn new(row: SealedMessage, blobs: Vec<BlobId>) -> Self {
        Self { row: Message::Sealed(row), edits: vec![], blobs }
    }

    pub fn link(&self) -> &ChainLink {
        self.row.link()
    }

    pub fn sealed(&self) -> Option<&SealedMessage> {
        self.row.sealed()
    }

    pub fn notice(&self) -> Option<&TimelineNotice> {
        self.row.notice()
    }

    /// Everything in it that is sealed.
    pub(super) fn all_sealed(&self) -> impl Iterator<Item = &SealedMessage> {
        self.edits.iter().chain(self.sealed())
    }

    fn seqs(&self) -> impl Iterator<Item = i64> {
        self.edits.iter().map(|edit| edit.link.seq).chain([self.row.seq()])
    }

    pub fn is_deleted(&self) -> bool {
        self.sealed().is_some_and(SealedMessage::is_deleted)
    }

    pub fn is_removed(&self) -> bool {
        self.sealed().is_some_and(SealedMessage::is_removed)
    }

    /// Whether the text was changed.
    pub fn is_edited(&self) -> bool {
        self.edits.iter().any(|edit| edit.act == Act::Edit)
    }

    /// The `most` newest entries before a point, oldest first, without what its reader cleared; and
    /// whether there are more before them.
    pub fn page(
        conn: &mut Conn,
        talk: ConversationId,
        cleared: i64,
        before: Before,
        most: i64,
    ) -> Result<(Vec<Self>, bool)> {
        let page = messages::table
            .filter(messages::conversation_id.eq(talk))
            .filter(messages::seq.gt(cleared).and(messages::act.eq(Act::Message)))
            .order(messages::seq.desc())
            .limit(most + 1)
            .select(Message::as_select());
        let mut rows: Vec<Message> = match before {
            Before::Newest => page.load(conn)?,
            Before::Seq(seq) => page.filter(messages::seq.lt(seq)).load(conn)?,
            Before::Instant(at) => page.filter(messages::server_ts.lt(at)).load(conn)?,
            Before::Beginning => vec![],
        };
        let has_more = i64::try_from(rows.len()).is_ok_and(|count| count > most);
        if has_more {
            rows.pop();
        }
        rows.reverse();
        Ok((Self::with_edits(conn, talk, rows)?, has_more))
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
        let last = rows.last().map_or(after, Message::seq);
        rows.retain(|row| row.seq() > cleared);
        if rows.iter().all(|row| row.changes().is_none()) {
            // what changes one of these comes after it, with the next rows
            return Ok((Self::with_files(conn, talk, rows, vec![])?, last));
        }
        let own = rows.iter().filter(|row| row.is_entry()).map(Message::seq);
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

    /// One message, in the form of a page.
    pub(super) fn one(conn: &mut Conn, talk: ConversationId, seq: i64) -> Result<Vec<Self>> {
        let row = Message::find(conn, talk, seq)?;
        Self::with_edits(conn, talk, row.into_iter().collect())
    }

    /// A message that was changed in this moment by `change`, with what it had become before.
    pub(super) fn changed(
        conn: &mut Conn,
        target: SealedMessage,
        change: SealedMessage,
    ) -> Result<Self> {
        let (talk, seq) = (target.link.conversation_id, target.link.seq);
        let earlier: Vec<Message> = messages::table
            .filter(messages::conversation_id.eq(talk).and(messages::target_seq.eq(seq)))
            .filter(messages::seq.lt(change.link.seq))
            .order(messages::seq)
            .select(Message::as_select())
            .load(conn)?;
        // what is deleted has no files any more
        let files = match target.is_deleted() {
            true => vec![],
            false => Blob::of_messages(conn, talk, (seq, seq))?,
        };
        Ok(Self {
            row: Message::Sealed(target),
            edits: earlier.into_iter().filter_map(Message::into_sealed).chain([change]).collect(),
            blobs: files.into_iter().map(|(_, id)| id).collect(),
        })
    }

    fn with_edits(conn: &mut Conn, talk: ConversationId, rows: Vec<Message>) -> Result<Vec<Self>> {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(vec![]) };
        let edits: Vec<Message> = messages::table
            .filter(messages::conversation_id.eq(talk))
            .filter(messages::target_seq.between(first.seq(), last.seq()))
            .order(messages::seq)
            .select(Message::as_select())
            .load(conn)?;
        let edits = edits.into_iter().filter_map(Message::into_sealed).collect();
        Self::with_files(conn, talk, rows, edits)
    }

    fn with_files(
        conn: &mut Conn,
        talk: ConversationId,
        rows: Vec<Message>,
        mut edits: Vec<SealedMessage>,
    ) -> Result<Vec<Self>> {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(vec![]) };
        let files = Blob::of_messages(conn, talk, (first.seq(), last.seq()))?;
        let entries = rows.into_iter().map(|row| {
            let (own, others) =
                edits.drain(..).partition(|edit| edit.target_seq == Some(row.seq()));
            edits = others;
            let own_files = files.iter().filter(|(seq, _)| *seq == row.seq());
            let blobs = own_files.map(|(_, id)| *id).collect();
            Self { row, edits: own, blobs }
        });
        Ok(entries.collect())
    }
}
