//! A row as the table has it: read as one and told apart at once, written as one of two.

use diesel::backend::Backend;
use diesel::deserialize;
use diesel::prelude::*;

use super::{ChainLink, Message, SealedMessage};
use crate::clock::Instant;
use crate::db::Conn;
use crate::decisions::DecisionId;
use crate::error::Result;
use crate::messaging::schema::messages;
use crate::messaging::wire::Act;
use crate::messaging::{ConversationId, DeviceId, TimelineNotice};
use crate::on_either;
use crate::users::UserId;

/// The row as the table has it. It is named by nobody: a [`Message`] is read in its place.
#[derive(Queryable, Selectable)]
#[diesel(table_name = messages)]
pub struct MessageRow {
    conversation_id: ConversationId,
    seq: i64,
    act: Act,
    sender_id: Option<UserId>,
    client_msg_id: Option<Vec<u8>>,
    epoch: Option<i32>,
    target_seq: Option<i64>,
    head: Option<Vec<u8>>,
    wire: Option<Vec<u8>>,
    wire_hash: Vec<u8>,
    chain: Vec<u8>,
    server_ts: Instant,
    notice_kind: Option<i16>,
    notice_ref: Option<i64>,
    removed_by: Option<DecisionId>,
}

impl MessageRow {
    /// `None` for what is neither; checks of both databases let no such row in.
    fn told_apart(self) -> Option<Message> {
        let link = ChainLink {
            conversation_id: self.conversation_id,
            seq: self.seq,
            wire_hash: self.wire_hash,
            chain: self.chain,
            server_ts: self.server_ts,
        };
        if let Some(kind) = self.notice_kind {
            let (kind, about) = (u8::try_from(kind).ok()?, self.notice_ref?);
            return Some(Message::Notice(TimelineNotice { link, kind, about }));
        }
        Some(Message::Sealed(SealedMessage {
            link,
            act: self.act,
            sender_id: self.sender_id?,
            client_msg_id: self.client_msg_id?,
            epoch: self.epoch?,
            target_seq: self.target_seq,
            head: self.head?,
            wire: self.wire,
            removed_by: self.removed_by,
        }))
    }
}

impl<DB: Backend> Selectable<DB> for Message
where
    MessageRow: Selectable<DB>,
{
    type SelectExpression = <MessageRow as Selectable<DB>>::SelectExpression;

    fn construct_selection() -> Self::SelectExpression {
        MessageRow::construct_selection()
    }
}

impl<ST, DB: Backend> Queryable<ST, DB> for Message
where
    MessageRow: Queryable<ST, DB>,
{
    type Row = <MessageRow as Queryable<ST, DB>>::Row;

    fn build(row: Self::Row) -> deserialize::Result<Self> {
        let row = MessageRow::build(row)?;
        row.told_apart().ok_or_else(|| "a row is neither sealed nor a notice".into())
    }
}

#[derive(Insertable)]
#[diesel(table_name = messages, treat_none_as_default_value = false)]
pub(in crate::messaging) struct NewSealedMessage<'a> {
    pub conversation_id: ConversationId,
    pub seq: i64,
    pub act: Act,
    pub sender_id: UserId,
    pub device_id: DeviceId,
    pub dev_seq: i64,
    pub client_msg_id: &'a [u8],
    pub epoch: i32,
    pub target_seq: Option<i64>,
    pub head: &'a [u8],
    pub wire: &'a [u8],
    pub wire_hash: &'a [u8],
    pub chain: &'a [u8],
    pub server_ts: Instant,
}

#[derive(Insertable)]
#[diesel(table_name = messages)]
pub(in crate::messaging) struct NewTimelineNotice<'a> {
    pub conversation_id: ConversationId,
    pub seq: i64,
    pub act: Act,
    pub wire_hash: &'a [u8],
    pub chain: &'a [u8],
    pub server_ts: Instant,
    pub notice_kind: i16,
    pub notice_ref: i64,
}

impl NewSealedMessage<'_> {
    pub(in crate::messaging) fn insert(&self, conn: &mut Conn) -> Result<()> {
        on_either!(conn, |c| diesel::insert_into(messages::table).values(self).execute(c))?;
        Ok(())
    }
}

impl NewTimelineNotice<'_> {
    pub(in crate::messaging) fn insert(&self, conn: &mut Conn) -> Result<()> {
        on_either!(conn, |c| diesel::insert_into(messages::table).values(self).execute(c))?;
        Ok(())
    }
}
