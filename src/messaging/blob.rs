//! A sealed file of a conversation: made, filled part by part, attached with a message, read by the
//! two, and gone with its message.
//!
//! The server never sees what is in it. Each part is a blob of its own in the store and never
//! changed, so sending one again does no harm.

use diesel::prelude::*;

use super::jobs::REMOVE_BLOB;
use super::schema::{blobs, conversations, message_blobs, messages};
use super::{Conversation, ConversationId, ConversationView};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::on_either;
use crate::users::{Actor, UserId, Viewer};

crate::typed_id!(BlobId);

crate::word_enum! {
    /// How far a file has come.
    BlobState {
        Open => "open",
        Complete => "complete",
        Attached => "attached",
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = blobs, treat_none_as_default_value = false)]
pub struct Blob {
    pub id: BlobId,
    pub owner_id: UserId,
    pub conversation_id: ConversationId,
    /// Of the sealed file.
    pub size: i64,
    pub parts: i32,
    pub sha256: Option<Vec<u8>>,
    pub state: BlobState,
    pub created_at: Instant,
}

/// Why there is no room for a file.
#[derive(Debug, thiserror::Error)]
pub enum NoRoom {
    #[error("A file may be up to 50 MB. This one is larger.")]
    File,
    #[error("Your files on Footing come to 5 GB, the most we keep for one person.")]
    Quota,
    #[error("You have 50 files that are not sent yet. Send or cancel some of them first.")]
    Unsent,
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<diesel::result::Error> for NoRoom {
    fn from(cause: diesel::result::Error) -> Self {
        Self::Failed(cause.into())
    }
}

const MIB: i64 = 1024 * 1024;
/// The sealed format: a header, then chunks of 1 MiB that each have a tag.
const HEADER: i64 = 64;
const TAG: i64 = 16;

impl Blob {
    pub const PART: i64 = 8 * MIB;
    /// The most that one message brings.
    pub const MOST_IN_MESSAGE: usize = 10;
    /// A sealed file of 50 MiB.
    const MOST: i64 = HEADER + 50 * (MIB + TAG);
    const MOST_PARTS: i32 = 7;
    const QUOTA: i64 = 5 * 1024 * MIB;
    const MOST_UNSENT: i64 = 50;
    /// How long a file waits for its message.
    const WAITS: Span = Span::hours(24);

    /// Whether a file that was sealed can have this length. An empty one is one empty chunk.
    pub fn is_sealed_size(size: i64) -> bool {
        // the size is anything that somebody sends
        let last = size.saturating_sub(HEADER).rem_euclid(MIB + TAG);
        size == HEADER + TAG || (size > HEADER + TAG && (last == 0 || last > TAG))
    }

    /// Makes room for a file in a conversation that both may write in.
    pub fn begin(
        conn: &mut Conn,
        actor: &Actor,
        conversation: ConversationId,
        size: i64,
    ) -> Result<Self, NoRoom> {
        if !ConversationView::of(conn, conversation, actor.id)?.is_open() {
            return Err(Conversation::ended().into());
        }
        if size > Self::MOST {
            return Err(NoRoom::File);
        }
        // of several at once the last must count the others
        crate::db::lock(conn, "users", "id", actor.id.0)?;
        if Self::kept_for(conn, actor.id)? + size > Self::QUOTA {
            return Err(NoRoom::Quota);
        }
        let own = blobs::table.filter(blobs::owner_id.eq(actor.id));
        let unsent: i64 =
            own.filter(blobs::state.ne(BlobState::Attached)).count().get_result(conn)?;
        if unsent >= Self::MOST_UNSENT {
            return Err(NoRoom::Unsent);
        }
        let blob = Self {
            id: BlobId::next(actor.now),
            owner_id: actor.id,
            conversation_id: conversation,
            size,
            parts: i32::try_from((size + Self::PART - 1) / Self::PART).map_err(Error::internal)?,
            sha256: None,
            state: BlobState::Open,
            created_at: actor.now,
        };
        diesel::insert_into(blobs::table).values(&blob).execute(conn)?;
        Ok(blob)
    }

    /// Bytes of all files of a person.
    fn kept_for(conn: &mut Conn, owner: UserId) -> Result<i64> {
        use diesel::dsl::sql;
        use diesel::sql_types::BigInt;
        // PostgreSQL's sum of whole numbers is of another type
        let sum = sql::<BigInt>("CAST(coalesce(sum(size), 0) AS BIGINT)");
        Ok(blobs::table.filter(blobs::owner_id.eq(owner)).select(sum).first(conn)?)
    }

    /// One's own, whatever its state.
    pub fn owned(conn: &mut Conn, id: BlobId, owner: UserId) -> Result<Self> {
        let own = blobs::table.find(id).filter(blobs::owner_id.eq(owner));
        Ok(own.select(Self::as_select()).first(conn)?)
    }

    /// One's own for what still comes of it; from whoever is suspended nothing does.
    pub fn written_by(conn: &mut Conn, id: BlobId, viewer: &Viewer) -> Result<Self> {
        let blob = Self::owned(conn, id, viewer.id)?;
        viewer.only_active()?;
        Ok(blob)
    }

    /// A file that came with a message, for the two of its conversation.
    pub fn sent_to(conn: &mut Conn, id: BlobId, reader: UserId) -> Result<Self> {
        let own = conversations::low_user_id.eq(reader).or(conversations::high_user_id.eq(reader));
        Ok(blobs::table
            .inner_join(conversations::table.on(conversations::id.eq(blobs::conversation_id)))
            .filter(blobs::id.eq(id).and(blobs::state.eq(BlobState::Attached)).and(own))
            .filter(diesel::dsl::not(diesel::dsl::exists(Self::removed_with(id))))
            .select(Self::as_select())
            .first(conn)?)
    }

    /// The message that brought it, if that was removed after a report.
    #[diesel::dsl::auto_type(no_type_alias)]
    fn removed_with(id: BlobId) -> _ {
        let brought = messages::conversation_id
            .eq(message_blobs::conversation_id)
            .and(messages::seq.eq(message_blobs::seq));
        message_blobs::table
            .inner_join(messages::table.on(brought))
            .filter(message_blobs::blob_id.eq(id).and(messages::removed_by.is_not_null()))
    }

    /// The files that came with one message.
    pub fn brought_by(conn: &mut Conn, talk: ConversationId, seq: i64) -> Result<Vec<Self>> {
        let ids = Self::of_messages(conn, talk, (seq, seq))?.into_iter().map(|(_, id)| id);
        let own = blobs::table.filter(blobs::id.eq_any(ids.collect::<Vec<BlobId>>()));
        Ok(own.select(Self::as_select()).load(conn)?)
    }

    /// All parts are there. Again is fine.
    pub fn complete(&self, conn: &mut Conn, sha256: &[u8]) -> Result<()> {
        diesel::update(blobs::table.find(self.id).filter(blobs::state.eq(BlobState::Open)))
            .set((blobs::state.eq(BlobState::Complete), blobs::sha256.eq(sha256)))
            .execute(conn)?;
        Self::owned(conn, self.id, self.owner_id).map(drop)
    }

    /// Gives files to the message that brings them. False unless each is the sender's own, complete,
    /// made for this conversation and in no message yet.
    pub(super) fn attach(
        conn: &mut Conn,
        actor: &Actor,
        (talk, seq): (ConversationId, i64),
        ids: &[BlobId],
    ) -> Result<bool> {
        if ids.is_empty() {
            return Ok(true);
        }
        let fitting = blobs::table
            .filter(blobs::id.eq_any(ids.to_vec()))
            .filter(blobs::owner_id.eq(actor.id).and(blobs::conversation_id.eq(talk)))
            .filter(blobs::state.eq(BlobState::Complete));
        let taken =
            diesel::update(fitting).set(blobs::state.eq(BlobState::Attached)).execute(conn)?;
        if taken != ids.len() || taken > Self::MOST_IN_MESSAGE {
            return Ok(false);
        }
        use message_blobs as m;
        let rows: Vec<_> = (0_i32..)
            .zip(ids)
            .map(|(idx, id)| {
                (m::conversation_id.eq(talk), m::seq.eq(seq), m::idx.eq(idx), m::blob_id.eq(*id))
            })
            .collect();
        on_either!(conn, |c| diesel::insert_into(m::table).values(&rows).execute(c))?;
        Ok(true)
    }

    /// The files of some messages, in their order.
    pub(super) fn of_messages(
        conn: &mut Conn,
        talk: ConversationId,
        (first, last): (i64, i64),
    ) -> Result<Vec<(i64, BlobId)>> {
        let brought = message_blobs::table
            .filter(message_blobs::conversation_id.eq(talk))
            .filter(message_blobs::seq.between(first, last))
            .order((message_blobs::seq, message_blobs::idx))
            .select((message_blobs::seq, message_blobs::blob_id));
        Ok(on_either!(conn, |c| brought.load(c))?)
    }

    /// Takes the files of a message away that was deleted.
    pub(super) fn remove_of_message(
        conn: &mut Conn,
        talk: ConversationId,
        seq: i64,
        now: Instant,
    ) -> Result<()> {
        let ids: Vec<BlobId> =
            Self::of_messages(conn, talk, (seq, seq))?.into_iter().map(|(_, id)| id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let brought = message_blobs::table
            .filter(message_blobs::conversation_id.eq(talk).and(message_blobs::seq.eq(seq)));
        diesel::delete(brought).execute(conn)?;
        Self::remove_all(conn, &ids, now)
    }

    /// Takes back a file that was not sent.
    pub fn cancel(&self, conn: &mut Conn, actor: &Actor) -> Result<()> {
        crate::db::lock(conn, "blobs", "id", self.id.0)?;
        match Self::owned(conn, self.id, actor.id)?.state {
            BlobState::Attached => Err(Error::conflict("This file is sent. Delete its message.")),
            _ => Self::remove_all(conn, &[self.id], actor.now),
        }
    }

    /// Removes up to `most` files that nobody sent within a day.
    pub(super) fn remove_unsent(conn: &mut Conn, now: Instant, most: i64) -> Result<()> {
        let old = blobs::table
            .filter(blobs::state.ne(BlobState::Attached))
            .filter(blobs::created_at.le(now - Self::WAITS))
            .order(blobs::created_at)
            .limit(most);
        let ids: Vec<BlobId> = match conn {
            Conn::Sqlite(c) => old.select(blobs::id).load(c)?,
            // one that is being attached right now is not old any more
            Conn::Postgres(c) => old.select(blobs::id).for_update().skip_locked().load(c)?,
        };
        Self::remove_all(conn, &ids, now)
    }

    fn remove_all(conn: &mut Conn, ids: &[BlobId], now: Instant) -> Result<()> {
        diesel::delete(blobs::table.filter(blobs::id.eq_any(ids.to_vec()))).execute(conn)?;
        ids.iter().try_for_each(|id| REMOVE_BLOB.enqueue(conn, *id, now))
    }

    /// Bytes of a part; `None` if there is no such part.
    pub fn part_length(&self, number: i32) -> Option<i64> {
        let left = self.size - i64::from(number) * Self::PART;
        (0..self.parts).contains(&number).then(|| left.min(Self::PART))
    }

    /// Where a part is kept.
    pub fn key(id: BlobId, number: i32) -> String {
        format!("chat/{}-{number}", id.to_string().to_ascii_lowercase())
    }

    /// Where every part is kept that a file can have.
    pub(super) fn all_keys(id: BlobId) -> impl Iterator<Item = String> {
        (0..Self::MOST_PARTS).map(move |number| Self::key(id, number))
    }

    pub fn keys(&self) -> Vec<String> {
        (0..self.parts).map(|number| Self::key(self.id, number)).collect()
    }

    /// The stretches of parts that make up a stretch of the file: key, first byte, length.
    pub fn stretches(&self, from: i64, length: i64) -> Vec<(String, i64, i64)> {
        let end = from + length;
        let part = |number: i32| {
            let begin = i64::from(number) * Self::PART;
            let (first, last) = (from.max(begin), end.min(begin + Self::PART));
            (first < last).then(|| (Self::key(self.id, number), first - begin, last - first))
        };
        (0..self.parts).filter_map(part).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blob(size: i64) -> Blob {
        Blob {
            id: BlobId(7),
            owner_id: UserId(1),
            conversation_id: ConversationId(2),
            size,
            parts: i32::try_from((size + Blob::PART - 1) / Blob::PART).unwrap(),
            sha256: None,
            state: BlobState::Open,
            created_at: Instant::from_millis(0),
        }
    }

    #[test]
    fn only_lengths_that_sealing_makes_are_taken() {
        for fine in [80, 81, HEADER + MIB + TAG, HEADER + MIB + TAG + TAG + 1, Blob::MOST] {
            assert!(Blob::is_sealed_size(fine), "{fine}");
        }
        for wrong in [i64::MIN, -1, 0, 64, 79, HEADER + MIB + TAG + 1, HEADER + MIB + TAG + TAG] {
            assert!(!Blob::is_sealed_size(wrong), "{wrong}");
        }
        assert_eq!(blob(Blob::MOST).parts, Blob::MOST_PARTS);
    }

    #[test]
    fn a_stretch_of_a_file_is_found_in_its_parts() {
        let blob = blob(Blob::PART * 2 + 5);
        assert_eq!(
            [0, 1, 2, 3, -1].map(|n| blob.part_length(n)),
            [Some(Blob::PART), Some(Blob::PART), Some(5), None, None]
        );
        let key = |n| Blob::key(blob.id, n);
        assert_eq!(blob.stretches(3, 4), [(key(0), 3, 4)]);
        assert_eq!(
            blob.stretches(Blob::PART - 1, 2),
            [(key(0), Blob::PART - 1, 1), (key(1), 0, 1)]
        );
        let all: i64 = blob.stretches(0, blob.size).iter().map(|(_, _, length)| length).sum();
        assert_eq!(all, blob.size);
        assert_eq!(key(2), "chat/0000000000007-2");
    }
}
