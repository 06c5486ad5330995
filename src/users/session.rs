//! Sessions: rows found by the hash of what the browser holds.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::{sessions, users};
use super::{Role, Status, UserId, Viewer};
use crate::clock::{Instant, Span};
use crate::db::{self, Conn};
use crate::error::{Error, Result};
use crate::locale::{LocalZone, Locale};
use crate::on_either;
use crate::seal;
use crate::web::RequestTime;

/// A signed-in device as its owner sees it.
#[derive(Debug, Clone)]
pub struct SignedInDevice {
    /// Handle in addresses: a hash of the stored hash.
    pub handle: String,
    pub label: String,
    pub address: String,
    pub last_seen_at: Instant,
    pub is_this: bool,
}

impl SignedInDevice {
    /// What is kept of the address, without the length of the network: "192.0.2.…".
    pub fn network_words(&self) -> String {
        let (network, _) = self.address.split_once('/').unwrap_or((&self.address, ""));
        match network.strip_suffix(".0").or_else(|| network.strip_suffix(':')) {
            Some(known) if known.contains('.') => format!("{known}.…"),
            Some(known) => format!("{known}…"),
            None => network.to_owned(),
        }
    }
}

/// One browser: signed in, or on its way to be. The browser holds the key, the row only its hash.
/// It ends at `expires_at`, which every use that is noted moves.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
pub struct Session {
    pub key_hash: Vec<u8>,
    /// None until somebody signs in.
    pub user_id: Option<UserId>,
    /// Browser and system, as its owner reads them in the list of devices.
    pub label: String,
    /// The network it was used from last, cut short.
    pub address: String,
    /// What the session layer keeps between two requests, as JSON.
    pub state: String,
    pub created_at: Instant,
    pub last_seen_at: Instant,
    pub expires_at: Instant,
}

/// How long a session lives unused and at all, and how often a use is noted: reading pages must
/// not write each time, and a session must never outlive its rule.
struct Life {
    idle: Span,
    absolute: Span,
    noted: Span,
}

/// Without a role it belongs to nobody yet: it waits for a sign-up's mail, which comes for a day.
fn life(role: Option<Role>) -> Life {
    match role {
        None => Life { idle: Span::hours(24), absolute: Span::hours(24), noted: Span::minutes(5) },
        Some(Role::Admin) => {
            Life { idle: Span::minutes(30), absolute: Span::hours(12), noted: Span::minutes(1) }
        }
        Some(_) => Life { idle: Span::days(14), absolute: Span::days(30), noted: Span::minutes(5) },
    }
}

impl Session {
    pub fn insert(&self, conn: &mut Conn) -> Result<()> {
        diesel::insert_into(sessions::table).values(self).execute(conn)?;
        Ok(())
    }

    /// A plain UPDATE: writing an ended session must not bring it back.
    pub fn update(
        conn: &mut Conn,
        key_hash: &[u8],
        user: Option<UserId>,
        state: &str,
    ) -> Result<()> {
        let changed = db::update(
            sessions::table.find(key_hash),
            (sessions::user_id.eq(user), sessions::state.eq(state)),
        )
        .execute(conn)?;
        if changed == 1 { Ok(()) } else { Err(Error::SignedOut) }
    }

    /// The session and who it belongs to, if it has not ended.
    pub fn find(
        conn: &mut Conn,
        hash: &[u8],
        now: Instant,
    ) -> Result<Option<(Self, Option<Viewer>)>> {
        type Row = (UserId, Role, Status, String, String, String, Option<Instant>);
        let valid = sessions::table
            .left_join(users::table.on(sessions::user_id.eq(users::id.nullable())))
            .filter(sessions::key_hash.eq(hash))
            .filter(sessions::expires_at.gt(now));
        let owner = (
            users::id,
            users::role,
            users::status,
            users::name,
            users::zone,
            users::locale,
            users::totp_on_at,
        );
        let found: Option<(Self, Option<Row>)> =
            on_either!(conn, |c| valid.select((Self::as_select(), owner.nullable())).first(c))
                .optional()?;
        let Some((session, row)) = found else { return Ok(None) };
        let viewer = row.map(|(id, role, status, name, zone, locale, totp_on_at)| Viewer {
            id,
            role,
            status,
            has_totp: totp_on_at.is_some(),
            name: name.into(),
            zone: LocalZone::new(zone, Locale::of(&locale)),
            session: Self::handle(&session.key_hash).into(),
            proven_at: Instant::from_micros(0),
            asked_at: RequestTime(now),
        });
        Ok(Some((session, viewer)))
    }

    /// Whether this use should be noted.
    pub fn is_due(&self, role: Option<Role>, now: Instant) -> bool {
        self.last_seen_at + life(role).noted <= now
    }

    /// Notes a use, unless the session was ended since it was found.
    pub fn touch(conn: &mut Conn, key_hash: &[u8], role: Option<Role>, now: Instant) -> Result<()> {
        let created: Option<Instant> =
            sessions::table.find(key_hash).select(sessions::created_at).first(conn).optional()?;
        let Some(created) = created else { return Ok(()) };
        db::update(
            sessions::table.find(key_hash),
            (
                sessions::last_seen_at.eq(now),
                sessions::expires_at.eq(Self::end(role, created, now)),
            ),
        )
        .execute(conn)?;
        Ok(())
    }

    /// When a session used now ends: idle or absolute, whichever is sooner.
    pub fn end(role: Option<Role>, created: Instant, now: Instant) -> Instant {
        let Life { idle, absolute, .. } = life(role);
        (now + idle).min(created + absolute)
    }

    pub fn delete(conn: &mut Conn, key_hash: &[u8]) -> Result<()> {
        diesel::delete(sessions::table.find(key_hash)).execute(conn)?;
        Ok(())
    }

    pub fn end_all(conn: &mut Conn, user: UserId) -> Result<()> {
        diesel::delete(sessions::table.filter(sessions::user_id.eq(user))).execute(conn)?;
        Ok(())
    }

    pub(super) fn handle(key_hash: &[u8]) -> String {
        seal::base64url(&seal::sha256(key_hash)).chars().take(22).collect()
    }

    /// The key of the row in use.
    pub fn key_of(conn: &mut Conn, viewer: &Viewer) -> Result<Vec<u8>> {
        let own: Vec<Vec<u8>> = sessions::table
            .filter(sessions::user_id.eq(viewer.id))
            .select(sessions::key_hash)
            .load(conn)?;
        let in_use = own.into_iter().find(|hash| Self::handle(hash) == *viewer.session);
        in_use.ok_or(Error::SignedOut)
    }

    /// Where this person is signed in, this device first, then the latest seen.
    pub fn devices(conn: &mut Conn, viewer: &Viewer, now: Instant) -> Result<Vec<SignedInDevice>> {
        let rows: Vec<Self> = sessions::table
            .filter(sessions::user_id.eq(viewer.id).and(sessions::expires_at.gt(now)))
            .order(sessions::last_seen_at.desc())
            .select(Self::as_select())
            .load(conn)?;
        let mut devices: Vec<SignedInDevice> = rows
            .into_iter()
            .map(|row| {
                let handle = Self::handle(&row.key_hash);
                SignedInDevice {
                    is_this: *handle == *viewer.session,
                    label: row.label,
                    address: row.address,
                    last_seen_at: row.last_seen_at,
                    handle,
                }
            })
            .collect();
        devices.sort_by_key(|device| !device.is_this);
        Ok(devices)
    }

    /// Ends one's own session by its handle, or all but the one in use.
    pub fn end_devices(
        conn: &mut Conn,
        user: UserId,
        is_meant: impl Fn(&str) -> bool,
    ) -> Result<usize> {
        let hashes: Vec<Vec<u8>> = sessions::table
            .filter(sessions::user_id.eq(user))
            .select(sessions::key_hash)
            .load(conn)?;
        let meant: Vec<_> =
            hashes.into_iter().filter(|hash| is_meant(&Self::handle(hash))).collect();
        Ok(diesel::delete(sessions::table.filter(sessions::key_hash.eq_any(meant)))
            .execute(conn)?)
    }

    /// When the last of the sessions that are open now ends at the latest.
    pub fn last_end(conn: &mut Conn, now: Instant) -> Result<Option<Instant>> {
        let open = sessions::table.filter(sessions::expires_at.gt(now));
        let newest: Option<Instant> =
            open.select(diesel::dsl::max(sessions::created_at)).first(conn)?;
        Ok(newest.map(|created| created + life(None).absolute))
    }

    pub fn forget_ended(conn: &mut Conn, now: Instant) -> Result<()> {
        diesel::delete(sessions::table.filter(sessions::expires_at.le(now))).execute(conn)?;
        Ok(())
    }
}

/// What the cookie middleware keeps beside a session: words under words.
pub type State = HashMap<String, String>;
