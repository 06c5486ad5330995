//! A browser that was unlocked, as its owner sees it in the list.

use diesel::prelude::*;

use super::ConversationId;
use super::schema::{chat_devices, chat_key_wraps, messages};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::on_either;
use crate::users::{Actor, UserId};

crate::typed_id!(DeviceId);

/// One browser that holds its owner’s secret. A revoked one sends nothing; its row stays, as messages
/// name it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = chat_devices)]
pub struct Device {
    pub id: DeviceId,
    pub user_id: UserId,
    pub label: String,
    pub created_at: Instant,
    pub last_seen_at: Instant,
    pub revoked_at: Option<Instant>,
}

/// What a sender and one of their devices have done before.
pub(super) struct DeviceHistory {
    /// Whether there is a message under this id.
    pub is_known: bool,
    /// The highest number that the device has used in the conversation, 0 for none; `None` if
    /// messages may not carry its number.
    pub used: Option<i64>,
}

impl Device {
    const MOST: i64 = 50;

    pub fn create(conn: &mut Conn, actor: &Actor, label: &str) -> Result<Self> {
        let known: i64 = chat_devices::table
            .filter(chat_devices::user_id.eq(actor.id).and(chat_devices::revoked_at.is_null()))
            .count()
            .get_result(conn)?;
        if known >= Self::MOST {
            return Err(Error::conflict("You have 50 unlocked browsers. Remove one first."));
        }
        let device = Self {
            id: DeviceId::next(actor.now),
            user_id: actor.id,
            label: label.to_owned(),
            created_at: actor.now,
            last_seen_at: actor.now,
            revoked_at: None,
        };
        diesel::insert_into(chat_devices::table).values(&device).execute(conn)?;
        Ok(device)
    }

    /// Whether messages may carry this device's number.
    pub fn is_own(conn: &mut Conn, user: UserId, id: DeviceId) -> Result<bool> {
        let own = chat_devices::table
            .find(id)
            .filter(chat_devices::user_id.eq(user).and(chat_devices::revoked_at.is_null()));
        Ok(diesel::select(diesel::dsl::exists(own)).get_result(conn)?)
    }

    /// What is there already when a message comes, asked in one question.
    pub(super) fn past_of(
        conn: &mut Conn,
        user: UserId,
        talk: ConversationId,
        (id, client_msg_id): (DeviceId, &[u8]),
    ) -> Result<DeviceHistory> {
        use diesel::dsl::{exists, max};
        let same = messages::table
            .filter(messages::sender_id.eq(user).and(messages::client_msg_id.eq(client_msg_id)));
        let own = chat_devices::table
            .find(id)
            .filter(chat_devices::user_id.eq(user).and(chat_devices::revoked_at.is_null()));
        let used = messages::table
            .filter(messages::conversation_id.eq(talk).and(messages::device_id.eq(id)))
            .select(max(messages::dev_seq))
            .single_value();
        let past = diesel::select((exists(same), exists(own), used));
        let (is_known, is_own, used): (bool, bool, Option<i64>) =
            on_either!(conn, |c| past.get_result(c))?;
        Ok(DeviceHistory { is_known, used: is_own.then_some(used.unwrap_or(0)) })
    }

    /// Those that are not removed, the latest first.
    pub fn all(conn: &mut Conn, user: UserId) -> Result<Vec<Self>> {
        Ok(chat_devices::table
            .filter(chat_devices::user_id.eq(user).and(chat_devices::revoked_at.is_null()))
            .order(chat_devices::id.desc())
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Notes that it was used just now.
    pub fn touch(conn: &mut Conn, actor: &Actor, id: DeviceId) -> Result<()> {
        let own = chat_devices::table
            .find(id)
            .filter(chat_devices::user_id.eq(actor.id).and(chat_devices::revoked_at.is_null()));
        let seen =
            diesel::update(own).set(chat_devices::last_seen_at.eq(actor.now)).execute(conn)?;
        if seen == 0 { Err(Error::NotFound) } else { Ok(()) }
    }

    /// Takes a device's wrap away, so that what it keeps opens nothing, and stops its messages.
    /// Answers how it is called.
    pub fn revoke(conn: &mut Conn, actor: &Actor, id: DeviceId) -> Result<String> {
        let own = chat_devices::table
            .find(id)
            .filter(chat_devices::user_id.eq(actor.id).and(chat_devices::revoked_at.is_null()));
        let label: String = own.select(chat_devices::label).first(conn)?;
        diesel::update(own).set(chat_devices::revoked_at.eq(Some(actor.now))).execute(conn)?;
        diesel::delete(chat_key_wraps::table.filter(chat_key_wraps::device_id.eq(id)))
            .execute(conn)?;
        Ok(label)
    }
}
