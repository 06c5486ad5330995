//! A message is removed after a report, and shown again if that was wrong.
//!
//! Its ciphertext is laid aside, where nothing serves it, until nobody can object any more; then it is
//! struck for good. Row, head, hash and place in the chain stay. A notice in the timeline names what
//! was removed, so that neither page takes the gap for a lie of the server.

use diesel::prelude::*;

use super::schema::{messages, removed_wires};
use super::wire::Act;
use super::{Blob, Conversation, ConversationId, Message, NoticeKind, Participant};
use crate::clock::Instant;
use crate::db::Conn;
use crate::decisions::DecisionId;
use crate::error::{Error, Result};
use crate::users::UserId;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = removed_wires)]
struct RemovedWire {
    conversation_id: ConversationId,
    seq: i64,
    target_seq: i64,
    wire: Vec<u8>,
    removed_at: Instant,
}

impl Message {
    /// Takes a message with its edits out of both pages. One that its sender deleted is gone already;
    /// one that another decision removed is from now on removed by this one.
    pub fn remove(
        conn: &mut Conn,
        (talk, seq): (ConversationId, i64),
        decision: DecisionId,
        now: Instant,
    ) -> Result<()> {
        let held = Self::hold(conn, talk, seq)?;
        let shown: Vec<Self> = messages::table
            .filter(messages::conversation_id.eq(talk))
            .filter(messages::seq.eq(seq).or(messages::target_seq.eq(seq)))
            .filter(messages::act.ne(Act::Delete).and(messages::wire.is_not_null()))
            .select(Self::as_select())
            .load(conn)?;
        if shown.is_empty() {
            let removed = messages::table
                .filter(messages::conversation_id.eq(talk))
                .filter(messages::seq.eq(seq).or(messages::target_seq.eq(seq)))
                .filter(messages::removed_by.is_not_null());
            diesel::update(removed).set(messages::removed_by.eq(Some(decision))).execute(conn)?;
            return Ok(());
        }
        for row in shown.into_iter().filter_map(Self::into_sealed) {
            let Some(wire) = row.wire else { continue };
            let aside = RemovedWire {
                conversation_id: talk,
                seq: row.link.seq,
                target_seq: seq,
                wire,
                removed_at: now,
            };
            diesel::insert_into(removed_wires::table).values(&aside).execute(conn)?;
            diesel::update(messages::table.find((talk, row.link.seq)))
                .set((
                    messages::wire.eq(None::<Vec<u8>>),
                    messages::deleted_at.eq(Some(now)),
                    messages::removed_by.eq(Some(decision)),
                ))
                .execute(conn)?;
        }
        for member in held.members() {
            Participant::of(conn, talk, member)?.look_for_news(conn)?;
        }
        held.post_notice(conn, NoticeKind::REMOVED, seq, now).map(drop)
    }

    /// Shows again what was removed, as far as it is still kept.
    pub fn show_again(
        conn: &mut Conn,
        (talk, seq): (ConversationId, i64),
        now: Instant,
    ) -> Result<()> {
        let held = Self::hold(conn, talk, seq)?;
        let aside = removed_wires::table
            .filter(removed_wires::conversation_id.eq(talk).and(removed_wires::target_seq.eq(seq)));
        let kept: Vec<RemovedWire> = aside.select(RemovedWire::as_select()).load(conn)?;
        if kept.is_empty() {
            return Ok(());
        }
        for one in kept {
            diesel::update(messages::table.find((talk, one.seq)))
                .set((
                    messages::wire.eq(Some(one.wire)),
                    messages::deleted_at.eq(None::<Instant>),
                    messages::removed_by.eq(None::<DecisionId>),
                ))
                .execute(conn)?;
        }
        diesel::delete(aside).execute(conn)?;
        held.post_notice(conn, NoticeKind::SHOWN_AGAIN, seq, now).map(drop)
    }

    /// Strikes for good what was removed: ciphertext and files.
    pub fn forget_removed(
        conn: &mut Conn,
        (talk, seq): (ConversationId, i64),
        now: Instant,
    ) -> Result<()> {
        let aside = removed_wires::table
            .filter(removed_wires::conversation_id.eq(talk).and(removed_wires::target_seq.eq(seq)));
        match diesel::delete(aside).execute(conn)? {
            0 => Ok(()),
            _ => Blob::remove_of_message(conn, talk, seq, now),
        }
    }

    /// Whose pages show a message, and the last row of its timeline.
    pub fn news(conn: &mut Conn, (talk, seq): (ConversationId, i64)) -> Result<([UserId; 2], i64)> {
        let sender = Self::sender_of(conn, talk, seq)?;
        let talk = Conversation::with_member(conn, talk, sender)?;
        Ok((talk.members(), talk.last_seq))
    }

    /// Holds the timeline of a message, for its sender.
    fn hold(conn: &mut Conn, talk: ConversationId, seq: i64) -> Result<Conversation> {
        let sender = Self::sender_of(conn, talk, seq)?;
        Conversation::held(conn, talk, sender)
    }

    fn sender_of(conn: &mut Conn, talk: ConversationId, seq: i64) -> Result<UserId> {
        let row = Self::find(conn, talk, seq)?.and_then(Self::into_sealed);
        Ok(row.ok_or(Error::NotFound)?.sender_id)
    }
}
