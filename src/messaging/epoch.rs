//! The key of a stretch of a conversation, wrapped for each of the two.
//!
//! A browser makes it and signs the record; the server checks that it names exactly the two members
//! with their current keys and comes next, and keeps it. It cannot open the wraps. The first writer
//! wins. Layout: version 1 of the chat protocol.

use diesel::prelude::*;

use super::identity::{Identity, is_signed};
use super::schema::{conversation_epochs, conversations, messages};
use super::{Conversation, ConversationId, ConversationView};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::on_either;
use crate::seal::sha256;
use crate::users::{Actor, UserId};

/// One key of a conversation, numbered from 1, as its creator sealed it for both. Record and signature
/// are the browser’s; the server checks them and can open neither.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = conversation_epochs)]
pub struct Epoch {
    pub conversation_id: ConversationId,
    pub epoch: i32,
    pub creator_id: UserId,
    pub record: Vec<u8>,
    pub sig: Vec<u8>,
    pub record_hash: Vec<u8>,
    pub created_at: Instant,
}

/// Why an epoch was not begun.
#[derive(Debug, thiserror::Error)]
pub enum NotBegun {
    /// Another one was first: use that.
    #[error("The other side was first.")]
    Lost(Box<Epoch>),
    #[error("The record does not name the two of this conversation and their keys of now.")]
    Wrong,
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<diesel::result::Error> for NotBegun {
    fn from(cause: diesel::result::Error) -> Self {
        Self::Failed(cause.into())
    }
}

/// Bytes of a record for two members.
const RECORD: usize = 348;
const LABEL: &[u8] = b"chat/v1/epoch";

/// What of a record can be checked without a key.
struct EpochRecord {
    conversation: i64,
    epoch: i32,
    creator: i64,
    creator_ik: [u8; 32],
    prev_hash: [u8; 32],
    members: [(i64, [u8; 32]); 2],
}

impl EpochRecord {
    fn parse(record: &[u8]) -> Option<Self> {
        if record.len() != RECORD {
            return None;
        }
        let mut rest = record.strip_prefix(LABEL)?;
        let [1, 1] = take::<2>(&mut rest)? else { return None };
        let conversation = i64::from_be_bytes(take(&mut rest)?);
        let epoch = i32::from_be_bytes(take(&mut rest)?);
        let creator = i64::from_be_bytes(take(&mut rest)?);
        let (creator_ik, prev_hash) = (take(&mut rest)?, take(&mut rest)?);
        let _created: [u8; 8] = take(&mut rest)?;
        let [2] = take::<1>(&mut rest)? else { return None };
        let mut member = || {
            let one = (i64::from_be_bytes(take(&mut rest)?), take(&mut rest)?);
            let _wrapped: [u8; 80] = take(&mut rest)?;
            Some(one)
        };
        let members = [member()?, member()?];
        Some(Self { conversation, epoch, creator, creator_ik, prev_hash, members })
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*first)
}

impl Epoch {
    const MOST_AN_HOUR: i64 = 10;

    pub fn find(conn: &mut Conn, talk: ConversationId, epoch: i32) -> Result<Option<Self>> {
        let row = conversation_epochs::table.find((talk, epoch)).select(Self::as_select());
        Ok(row.first(conn).optional()?)
    }

    /// Those that a page of entries needs, and the newest.
    pub fn among(conn: &mut Conn, talk: ConversationId, epochs: &[i32]) -> Result<Vec<Self>> {
        let (Some(first), Some(last)) = (epochs.iter().min(), epochs.iter().max()) else {
            return Ok(vec![]);
        };
        let range = conversation_epochs::table
            .filter(conversation_epochs::conversation_id.eq(talk))
            .filter(conversation_epochs::epoch.between(*first, *last))
            .order(conversation_epochs::epoch);
        let mut among: Vec<Self> = on_either!(conn, |c| range.select(Self::as_select()).load(c))?;
        among.retain(|one| epochs.contains(&one.epoch));
        Ok(among)
    }

    /// With the one before each, which it must follow.
    pub fn with_previous(
        conn: &mut Conn,
        talk: ConversationId,
        epochs: Vec<Self>,
    ) -> Result<Vec<Self>> {
        let numbers: Vec<i32> = epochs.iter().flat_map(|one| [one.epoch - 1, one.epoch]).collect();
        let lacks_none =
            numbers.iter().all(|n| *n == 0 || epochs.iter().any(|one| one.epoch == *n));
        if lacks_none { Ok(epochs) } else { Self::among(conn, talk, &numbers) }
    }

    /// The one in use in each of these conversations, with the one before, which it must follow.
    pub(super) fn current_of(conn: &mut Conn, talks: &[ConversationId]) -> Result<Vec<Self>> {
        Ok(conversation_epochs::table
            .inner_join(
                conversations::table.on(conversations::id.eq(conversation_epochs::conversation_id)),
            )
            .filter(conversations::id.eq_any(talks.to_vec()))
            .filter(conversation_epochs::epoch.ge(conversations::current_epoch - 1))
            .select(Self::as_select())
            .load(conn)?)
    }

    /// The last row that was there when it began: what came later may be sealed under it.
    pub fn after_seq(&self, conn: &mut Conn) -> Result<i64> {
        let before = messages::table
            .filter(messages::conversation_id.eq(self.conversation_id))
            .filter(messages::server_ts.le(self.created_at))
            .order(messages::server_ts.desc())
            .select(messages::seq);
        let last: Option<i64> = on_either!(conn, |c| before.first(c)).optional()?;
        Ok(last.unwrap_or(0))
    }

    /// So many of one sender in one conversation, and no more.
    fn pace(conn: &mut Conn, actor: &Actor, talk: ConversationId) -> Result<()> {
        let recent: i64 = conversation_epochs::table
            .filter(conversation_epochs::conversation_id.eq(talk))
            .filter(conversation_epochs::creator_id.eq(actor.id))
            .filter(conversation_epochs::created_at.gt(actor.now - Span::hours(1)))
            .count()
            .get_result(conn)?;
        if recent >= Self::MOST_AN_HOUR { Err(Error::TooMany(3600)) } else { Ok(()) }
    }

    /// Begins the next epoch, unless somebody else just did.
    pub fn begin(
        conn: &mut Conn,
        actor: &Actor,
        id: ConversationId,
        record: &[u8],
        sig: &[u8],
    ) -> Result<Self, NotBegun> {
        let talk = Conversation::held(conn, id, actor.id)?;
        if !ConversationView::of(conn, id, actor.id)?.is_open() {
            return Err(Conversation::ended().into());
        }
        let read = EpochRecord::parse(record).ok_or(NotBegun::Wrong)?;
        let current = Self::find(conn, id, talk.current_epoch)?;
        if let Some(current) = &current
            && (read.epoch <= talk.current_epoch)
        {
            return Err(NotBegun::Lost(Box::new(current.clone())));
        }
        Self::pace(conn, actor, id)?;
        let prev_hash = current.as_ref().map_or(vec![0; 32], |epoch| epoch.record_hash.clone());
        let mut keys = vec![];
        for member in talk.members() {
            keys.push(Identity::find_current(conn, member)?.ok_or(NotBegun::Wrong)?);
        }
        let named = read.members.iter().zip(&keys);
        let names_both = named.fold(true, |so_far, ((user, ik), key)| {
            so_far && *user == key.user_id.0 && ik.as_slice() == key.ik_id
        });
        let own = keys.iter().find(|key| key.user_id == actor.id).ok_or(Error::NotFound)?;
        let is_next = read.conversation == id.0
            && read.epoch == talk.current_epoch + 1
            && read.creator == actor.id.0
            && read.creator_ik.as_slice() == own.ik_id
            && read.prev_hash.as_slice() == prev_hash;
        if !is_next || !names_both || !is_signed(&own.ed25519_pub, record, sig) {
            return Err(NotBegun::Wrong);
        }
        let epoch = Self {
            conversation_id: id,
            epoch: read.epoch,
            creator_id: actor.id,
            record: record.to_vec(),
            sig: sig.to_vec(),
            record_hash: sha256(record).to_vec(),
            created_at: actor.now,
        };
        diesel::insert_into(conversation_epochs::table).values(&epoch).execute(conn)?;
        talk.begin_epoch(conn, read.epoch)?;
        Ok(epoch)
    }
}
