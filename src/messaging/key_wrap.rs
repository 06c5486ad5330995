//! The account secret as the server keeps it: wrapped in something that only its owner has.

use diesel::prelude::*;

use super::identity::Identity;
use super::schema::chat_key_wraps;
use super::{Device, DeviceId};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::users::{Actor, KeyState, UserId};

crate::typed_id!(WrapId);

crate::number_enum! {
    /// In what the secret is wrapped.
    WrapKind { Recovery = 1, Passkey = 2, Device = 3, Link = 4 }
}

impl WrapKind {
    /// As the mail about one that is gone says it.
    pub fn removed(self) -> &'static str {
        match self {
            Self::Recovery => "your recovery code",
            Self::Passkey => "that passkey",
            Self::Device => "that browser",
            Self::Link => "that link, which is used up",
        }
    }

    /// As the mail about a new one says it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Recovery => "a recovery code",
            Self::Passkey => "a passkey",
            Self::Device => "another browser",
            Self::Link => "a link for another device",
        }
    }
}

/// One way to one’s own secret: what was sealed with a code, a passkey or a browser’s key. The server
/// has nothing that opens it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = chat_key_wraps, treat_none_as_default_value = false)]
pub struct KeyWrap {
    pub id: WrapId,
    pub user_id: UserId,
    /// The key that the secret belongs to.
    pub ik_id: Vec<u8>,
    pub kind: WrapKind,
    pub label: String,
    /// Of a browser’s alone.
    pub device_id: Option<DeviceId>,
    /// Of a passkey’s alone.
    pub credential_id: Option<Vec<u8>>,
    pub salt: Vec<u8>,
    pub nonce: Vec<u8>,
    pub ct: Vec<u8>,
    /// Commits to the key that opens it, so that no other can seem to.
    pub key_commit: Vec<u8>,
    pub created_at: Instant,
    /// Of a link alone.
    pub expires_at: Option<Instant>,
}

/// A wrap as a browser made it.
pub struct NewWrap {
    pub kind: WrapKind,
    pub label: String,
    pub device: Option<DeviceId>,
    pub credential_id: Option<Vec<u8>>,
    pub salt: Vec<u8>,
    pub nonce: Vec<u8>,
    pub ct: Vec<u8>,
    pub key_commit: Vec<u8>,
}

impl KeyWrap {
    const MOST: i64 = 100;
    const LINK: Span = Span::minutes(10);

    /// Keeps a wrap of the current secret. There is one recovery code at a time: a new one replaces
    /// the old, and so does a new link.
    pub fn add(conn: &mut Conn, actor: &Actor, new: NewWrap) -> Result<Self> {
        let identity = Identity::find_current(conn, actor.id)?;
        let identity = identity.ok_or_else(|| Error::conflict("There are no keys yet."))?;
        let own = chat_key_wraps::table.filter(chat_key_wraps::user_id.eq(actor.id));
        if matches!(new.kind, WrapKind::Recovery | WrapKind::Link) {
            diesel::delete(own.filter(chat_key_wraps::kind.eq(new.kind))).execute(conn)?;
        }
        let count: i64 = own.count().get_result(conn)?;
        if count >= Self::MOST {
            return Err(Error::conflict("That are too many ways in. Remove one first."));
        }
        let wrap = Self {
            id: WrapId::next(actor.now),
            user_id: actor.id,
            ik_id: identity.ik_id,
            kind: new.kind,
            label: new.label,
            device_id: new.device,
            credential_id: new.credential_id,
            salt: new.salt,
            nonce: new.nonce,
            ct: new.ct,
            key_commit: new.key_commit,
            created_at: actor.now,
            expires_at: (new.kind == WrapKind::Link).then(|| actor.now + Self::LINK),
        };
        diesel::insert_into(chat_key_wraps::table).values(&wrap).execute(conn)?;
        Ok(wrap)
    }

    /// One's own that have not run out, the oldest first.
    pub fn all(conn: &mut Conn, user: UserId, now: Instant) -> Result<Vec<Self>> {
        Ok(chat_key_wraps::table
            .filter(chat_key_wraps::user_id.eq(user))
            .filter(chat_key_wraps::expires_at.is_null().or(chat_key_wraps::expires_at.gt(now)))
            .order(chat_key_wraps::id)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Whether somebody has keys, and whether they would be lost with the browser that holds them.
    pub fn keys_of(conn: &mut Conn, user: UserId) -> Result<KeyState> {
        let kinds = [WrapKind::Recovery, WrapKind::Passkey];
        let own = chat_key_wraps::table
            .filter(chat_key_wraps::user_id.eq(user).and(chat_key_wraps::kind.eq_any(kinds)));
        if diesel::select(diesel::dsl::exists(own)).get_result(conn)? {
            return Ok(KeyState::Saved);
        }
        if Identity::find_current(conn, user)?.is_none() {
            return Ok(KeyState::None);
        }
        Ok(if Identity::is_unused(conn, user)? { KeyState::Unused } else { KeyState::Unsaved })
    }

    pub fn has_recovery(conn: &mut Conn, user: UserId) -> Result<bool> {
        let kind = chat_key_wraps::kind.eq(WrapKind::Recovery);
        let own = chat_key_wraps::table.filter(chat_key_wraps::user_id.eq(user).and(kind));
        Ok(diesel::select(diesel::dsl::exists(own)).get_result(conn)?)
    }

    pub fn is_own(conn: &mut Conn, user: UserId, id: WrapId) -> Result<bool> {
        let own = chat_key_wraps::table.find(id).filter(chat_key_wraps::user_id.eq(user));
        Ok(diesel::select(diesel::dsl::exists(own)).get_result(conn)?)
    }

    /// Takes a way in away; answers what kind it was. With that of a browser the browser goes, too.
    pub fn remove(conn: &mut Conn, actor: &Actor, id: WrapId) -> Result<WrapKind> {
        let own = chat_key_wraps::table.find(id).filter(chat_key_wraps::user_id.eq(actor.id));
        let wrap: Self = own.select(Self::as_select()).first(conn)?;
        diesel::delete(own).execute(conn)?;
        if let Some(device) = wrap.device_id.filter(|_| wrap.kind == WrapKind::Device) {
            Device::revoke(conn, actor, device)?;
        }
        Ok(wrap.kind)
    }

    pub fn forget_expired(conn: &mut Conn, now: Instant) -> Result<()> {
        let old = chat_key_wraps::table.filter(chat_key_wraps::expires_at.le(now));
        diesel::delete(old).execute(conn)?;
        Ok(())
    }
}
