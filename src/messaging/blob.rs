//! A sealed file of a conversation, from room for it to gone: what is in it the server never sees.
//! How it comes in parts stands in `blob_parts`, how it goes with a message in `attachment`.

use diesel::prelude::*;

use super::blob_parts::MIB;
use super::jobs::REMOVE_BLOB;
use super::schema::blobs;
use super::{Conversation, ConversationId, ConversationView};
use crate::clock::{Instant, Span};
use crate::db::{Conn, PreparedCondition};
use crate::error::{Error, Result};
use crate::users::{Actor, UserId, Viewer};

crate::typed_id!(BlobId);

/// True of a file that no message carries, in the words of its index.
const IS_UNSENT: PreparedCondition = PreparedCondition("blobs.state <> 'attached'");

crate::word_enum! {
    /// How far a file has come.
    BlobState {
        Open => "open",
        Complete => "complete",
        Attached => "attached",
    }
}

/// A sealed file of a conversation. It is open while its parts come, complete once all are there and
/// their hash is known, attached once a message names it; what is not attached in time goes.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = blobs, treat_none_as_default_value = false)]
pub struct Blob {
    pub id: BlobId,
    pub owner_id: UserId,
    pub conversation_id: ConversationId,
    /// Of the sealed file, in bytes.
    pub size: i64,
    /// Of 8 MiB each, the last one shorter.
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

impl Blob {
    const QUOTA: i64 = 5 * 1024 * MIB;
    const MOST_UNSENT: i64 = 50;
    /// How long a file waits for its message.
    const WAITS: Span = Span::hours(24);

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

    /// All parts are there. Again is fine.
    pub fn complete(&self, conn: &mut Conn, sha256: &[u8]) -> Result<()> {
        let open = blobs::table.find(self.id).filter(blobs::state.eq(BlobState::Open));
        let completed = diesel::update(open)
            .set((blobs::state.eq(BlobState::Complete), blobs::sha256.eq(sha256)))
            .execute(conn)?;
        match completed {
            0 => Self::owned(conn, self.id, self.owner_id).map(drop),
            _ => Ok(()),
        }
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
            .filter(IS_UNSENT)
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

    pub(super) fn remove_all(conn: &mut Conn, ids: &[BlobId], now: Instant) -> Result<()> {
        diesel::delete(blobs::table.filter(blobs::id.eq_any(ids.to_vec()))).execute(conn)?;
        ids.iter().try_for_each(|id| REMOVE_BLOB.enqueue(conn, *id, now))
    }
}
