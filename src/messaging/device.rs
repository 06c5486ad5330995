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

    /// The highest number that one's own device has used in a conversation, 0 for none; `None` if
    /// messages may not carry its number.
    pub(super) fn used_in(
        conn: &mut Conn,
        user: UserId,
        id: DeviceId,
        talk: ConversationId,
    ) -> Result<Option<i64>> {
        let used = messages::table
            .filter(messages::conversation_id.eq(talk).and(messages::device_id.eq(id)))
            .select(diesel::dsl::max(messages::dev_seq))
            .single_value();
        let own = chat_devices::table
            .find(id)
            .filter(chat_devices::user_id.eq(user).and(chat_devices::revoked_at.is_null()))
            .select(used);
        let last: Option<Option<i64>> = on_either!(conn, |c| own.first(c)).optional()?;
        Ok(last.map(Option::unwrap_or_default))
    }

    /// Those that are not removed, the latest first.
    pub fn all(conn: &mut Conn, user: UserId) -> Result<Vec<Self>> {
        Ok(chat_devices::table
            .filter(chat_devices::user_id.eq(user).and(chat_devices::revoked_at.is_null()))
            .order(chat_devices::id.desc())
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Takes a device's wrap away, so that what it keeps opens nothing, and stops its messages.
    pub fn revoke(conn: &mut Conn, actor: &Actor, id: DeviceId) -> Result<()> {
        let own = chat_devices::table
            .find(id)
            .filter(chat_devices::user_id.eq(actor.id).and(chat_devices::revoked_at.is_null()));
        let revoked =
            diesel::update(own).set(chat_devices::revoked_at.eq(Some(actor.now))).execute(conn)?;
        if revoked == 0 {
            return Err(Error::NotFound);
        }
        diesel::delete(chat_key_wraps::table.filter(chat_key_wraps::device_id.eq(id)))
            .execute(conn)?;
        Ok(())
    }
}
