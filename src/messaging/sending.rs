//! How a row comes into a timeline: checked in a fixed order, numbered, dated, chained, stored,
//! all in one transaction.
//!
//! An id that a browser made up for a message is good for ever: the same bytes again get the first
//! answer, also years later and on another node, so that a browser may try again after any lost
//! answer. Client clocks influence nothing.

use super::device::Device;
use super::wire::{self, Act, Header};
use super::{Blob, BlobId, Conversation, ConversationView, Message, Participant, TimelineEntry};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::seal::sha256;
use crate::users::{Actor, UserId};

/// A sealed message as it was posted, its head already read.
pub struct PostedMessage {
    pub receiver: UserId,
    pub header: Header,
    pub wire: Vec<u8>,
    /// The files it brings.
    pub blobs: Vec<BlobId>,
}

/// What became of it. The same for ever under the same id.
#[derive(Debug, Clone)]
pub struct SentMessage {
    pub row: Message,
    /// The files of a new message.
    pub blobs: Vec<BlobId>,
    pub members: [UserId; 2],
    /// False where the row was there before.
    pub is_new: bool,
}

/// Why a message was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SendRefusal {
    #[error("This id was used for another message.")]
    ReusedId,
    #[error("The message names another sender, conversation or device than its own.")]
    WrongHeader,
    #[error("The keys of this conversation have changed. The message is sealed again.")]
    StaleEpoch,
    #[error("The next message of this device here is number {0}.")]
    DevSeq(i64),
    #[error("This browser has another history of the conversation than we have. Reload the page.")]
    ChainMismatch,
    #[error("{0}")]
    Change(&'static str),
    #[error("These files are not there, or not yours to attach.")]
    Blobs,
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<diesel::result::Error> for SendRefusal {
    fn from(cause: diesel::result::Error) -> Self {
        Self::Failed(cause.into())
    }
}

/// How long a message may be edited or deleted, and how often edited.
const CHANGEABLE: Span = Span::hours(24);
const MOST_EDITS: i64 = 10;

impl SentMessage {
    /// A new message as it stands in the timeline.
    pub fn entry(&self) -> TimelineEntry {
        TimelineEntry { message: self.row.clone(), edits: vec![], blobs: self.blobs.clone() }
    }
}

impl Message {
    /// Takes a message, an edit or a delete.
    pub fn send(
        conn: &mut Conn,
        actor: &Actor,
        draft: &PostedMessage,
    ) -> Result<SentMessage, SendRefusal> {
        let header = &draft.header;
        let talk = Conversation::held_between(conn, actor.id, draft.receiver)?;
        let talk = talk.ok_or(Error::NotFound)?;
        let hash = sha256(&draft.wire);
        let past =
            Device::past_of(conn, actor.id, talk.id, (header.device, &header.client_msg_id))?;
        if past.is_known {
            let row = Self::sent_before(conn, actor.id, &header.client_msg_id)?;
            let is_same = row.conversation_id == talk.id && row.wire_hash == hash;
            let sent = SentMessage { row, blobs: vec![], members: talk.members(), is_new: false };
            return if is_same { Ok(sent) } else { Err(SendRefusal::ReusedId) };
        }
        let is_here = header.sender == actor.id && header.conversation == talk.id;
        let Some(last) = past.used.filter(|_| is_here) else {
            return Err(SendRefusal::WrongHeader);
        };
        let other = open_for_writing(conn, actor, &talk)?;
        if talk.current_epoch != header.epoch || talk.is_epoch_stale {
            return Err(SendRefusal::StaleEpoch);
        }
        if header.dev_seq != last + 1 {
            return Err(SendRefusal::DevSeq(last + 1));
        }
        let chain = Self::chain_at(conn, &talk, header.seen_seq)?;
        if chain.as_deref() != Some(&header.seen_chain) {
            return Err(SendRefusal::ChainMismatch);
        }
        let target = header.target_seq.map(|seq| changeable(conn, actor, &talk, header, seq));
        target.transpose()?;
        let row = Self::store(conn, &talk, draft, actor.now)?;
        let brings_none = draft.blobs.is_empty();
        if (header.act != Act::Message && !brings_none)
            || !Blob::attach(conn, actor, (talk.id, row.seq), &draft.blobs)?
        {
            return Err(SendRefusal::Blobs);
        }
        match (header.act, header.target_seq) {
            (Act::Message, _) => other.note_news(conn, row.seq, row.server_ts)?,
            (Act::Delete, Some(seq)) => {
                Self::strike(conn, talk.id, seq, actor.now)?;
                Blob::remove_of_message(conn, talk.id, seq, actor.now)?;
                if other.unread_seq.is_some() {
                    other.look_for_news(conn)?;
                }
            }
            _ => {}
        }
        Ok(SentMessage { row, blobs: draft.blobs.clone(), members: talk.members(), is_new: true })
    }

    /// Writes the next row of a timeline that is held. Checks nothing.
    pub fn store(
        conn: &mut Conn,
        talk: &Conversation,
        draft: &PostedMessage,
        now: Instant,
    ) -> Result<Self> {
        let header = &draft.header;
        let (seq, server_ts) = talk.next(now);
        let wire_hash = sha256(&draft.wire);
        let row = Self {
            conversation_id: talk.id,
            seq,
            act: header.act.number(),
            sender_id: Some(header.sender),
            device_id: Some(header.device),
            dev_seq: Some(header.dev_seq),
            client_msg_id: Some(header.client_msg_id.to_vec()),
            epoch: Some(header.epoch),
            target_seq: header.target_seq,
            head: draft.wire.get(..wire::HEAD).map(<[u8]>::to_vec),
            wire: Some(draft.wire.clone()),
            wire_hash: wire_hash.to_vec(),
            chain: wire::chain_next(&talk.last_chain, seq, server_ts, &wire_hash).to_vec(),
            server_ts,
            deleted_at: None,
            notice_kind: None,
            notice_ref: None,
            removed_by: None,
        };
        row.insert(conn)?;
        talk.grew(conn, (seq, server_ts), &row.chain, now)?;
        Ok(row)
    }
}

/// The other side's row, if both may write and this sender has not written too much.
fn open_for_writing(conn: &mut Conn, actor: &Actor, talk: &Conversation) -> Result<Participant> {
    let standing = ConversationView::of(conn, talk.id, actor.id)?;
    if !standing.is_open() {
        return Err(Conversation::ended());
    }
    standing.own.pace(conn, actor.now)?;
    Ok(standing.other)
}

/// Only one's own message, in its first 24 hours, and not one that is gone.
fn changeable(
    conn: &mut Conn,
    actor: &Actor,
    talk: &Conversation,
    header: &Header,
    seq: i64,
) -> Result<(), SendRefusal> {
    let target = Message::find(conn, talk.id, seq)?;
    let own =
        target.filter(|row| row.sender_id == Some(actor.id) && row.act == Act::Message.number());
    let Some(target) = own else {
        return Err(SendRefusal::Change("Only your own messages can be changed."));
    };
    if target.deleted_at.is_some() {
        return Err(SendRefusal::Change("This message is deleted."));
    }
    if target.server_ts + CHANGEABLE <= actor.now {
        return Err(SendRefusal::Change("A message can be changed for 24 hours."));
    }
    if header.act == Act::Edit && Message::edits_of(conn, talk.id, seq)? >= MOST_EDITS {
        return Err(SendRefusal::Change("A message can be edited ten times."));
    }
    Ok(())
}
