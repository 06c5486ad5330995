//! The files that a message brings: given to it when it is sent, read by the two of its conversation,
//! and gone with it.

use diesel::prelude::*;

use super::schema::{blobs, conversations, message_blobs, messages};
use super::{Blob, BlobId, BlobState, ConversationId};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::on_either;
use crate::users::{Actor, UserId};

impl Blob {
    /// The most that one message brings.
    pub const MOST_IN_MESSAGE: usize = 10;

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
}
