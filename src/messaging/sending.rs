//! How a row comes into a timeline: checked in a fixed order, numbered, dated, chained, stored,
//! all in one transaction.
//!
//! An id that a browser made up for a message is good for ever: the same bytes again get the first
//! answer, also years later and on another node, so that a browser may try again after any lost
//! answer. Client clocks influence nothing.

use super::device::Device;
use super::message::{ChainLink, NewSealedMessage};
use super::wire::{self, Act, Header};
use super::{
    Blob, BlobId, Conversation, ConversationView, Message, Participant, SealedMessage,
    TimelineEntry,
};
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
    pub row: SealedMessage,
    pub talk: Conversation,
    pub effect: SendEffect,
}

/// What a message has done to its timeline.
#[derive(Debug, Clone)]
pub enum SendEffect {
    /// Nothing: it was there before.
    Known,
    /// It stands there with its files.
    Added(Vec<BlobId>),
    /// It has changed another, which is so now.
    Changed(SealedMessage),
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
    pub fn is_new(&self) -> bool {
        !matches!(self.effect, SendEffect::Known)
    }

    /// What of the timeline looks otherwise now. Nothing is read that was just written.
    pub fn entries(&self, conn: &mut Conn) -> Result<Vec<TimelineEntry>> {
        match &self.effect {
            SendEffect::Known => TimelineEntry::one(conn, self.talk.id, self.row.meant()),
            SendEffect::Added(blobs) => {
                Ok(vec![TimelineEntry::new(self.row.clone(), blobs.clone())])
            }
            SendEffect::Changed(target) => {
                Ok(vec![TimelineEntry::changed(conn, target.clone(), self.row.clone())?])
            }
        }
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
            let is_same = row.link.conversation_id == talk.id && row.link.wire_hash == hash;
            let sent = SentMessage { row, talk, effect: SendEffect::Known };
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
        let target = target.transpose()?;
        let row = Self::store(conn, &talk, draft, actor.now)?;
        let brings_none = draft.blobs.is_empty();
        if (header.act != Act::Message && !brings_none)
            || !Blob::attach(conn, actor, (talk.id, row.link.seq), &draft.blobs)?
        {
            return Err(SendRefusal::Blobs);
        }
        let effect = match target {
            None => {
                other.note_news(conn, row.link.seq, row.link.server_ts)?;
                SendEffect::Added(draft.blobs.clone())
            }
            Some(target) if header.act == Act::Delete => {
                SendEffect::Changed(target.delete(conn, &other, actor.now)?)
            }
            Some(target) => SendEffect::Changed(target),
        };
        Ok(SentMessage { row, talk, effect })
    }

    /// Writes the next row of a timeline that is held. Checks nothing.
    pub fn store(
        conn: &mut Conn,
        talk: &Conversation,
        draft: &PostedMessage,
        now: Instant,
    ) -> Result<SealedMessage> {
        let header = &draft.header;
        let row = SealedMessage {
            link: ChainLink::next(talk, &sha256(&draft.wire), now),
            act: header.act,
            sender_id: header.sender,
            client_msg_id: header.client_msg_id.to_vec(),
            epoch: header.epoch,
            target_seq: header.target_seq,
            head: draft.wire.get(..wire::HEAD).map(<[u8]>::to_vec).unwrap_or_default(),
            wire: Some(draft.wire.clone()),
            removed_by: None,
        };
        NewSealedMessage {
            conversation_id: talk.id,
            seq: row.link.seq,
            act: row.act,
            sender_id: row.sender_id,
            device_id: header.device,
            dev_seq: header.dev_seq,
            client_msg_id: &row.client_msg_id,
            epoch: row.epoch,
            target_seq: row.target_seq,
            head: &row.head,
            wire: &draft.wire,
            wire_hash: &row.link.wire_hash,
            chain: &row.link.chain,
            server_ts: row.link.server_ts,
        }
        .insert(conn)?;
        talk.grew(conn, &row.link, now)?;
        Ok(row)
    }
}

impl SealedMessage {
    /// Strikes it with its edits and files, and what its reader was to hear of it.
    fn delete(self, conn: &mut Conn, reader: &Participant, now: Instant) -> Result<Self> {
        let (talk, seq) = (self.link.conversation_id, self.link.seq);
        Message::strike(conn, talk, seq, now)?;
        Blob::remove_of_message(conn, talk, seq, now)?;
        if reader.unread_seq.is_some() {
            reader.look_for_news(conn)?;
        }
        Ok(Self { wire: None, ..self })
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
) -> Result<SealedMessage, SendRefusal> {
    let target = Message::find(conn, talk.id, seq)?.and_then(Message::into_sealed);
    let own = target.filter(|row| row.sender_id == actor.id && row.act == Act::Message);
    let Some(target) = own else {
        return Err(SendRefusal::Change("Only your own messages can be changed."));
    };
    if target.is_deleted() {
        return Err(SendRefusal::Change("This message is deleted."));
    }
    if target.link.server_ts + CHANGEABLE <= actor.now {
        return Err(SendRefusal::Change("A message can be changed for 24 hours."));
    }
    if header.act == Act::Edit && Message::edits_of(conn, talk.id, seq)? >= MOST_EDITS {
        return Err(SendRefusal::Change("A message can be edited ten times."));
    }
    Ok(target)
}
