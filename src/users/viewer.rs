//! Who is asking, and who may act.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Role, Secrets, Status, User, UserId};
use crate::clock::Instant;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::locale::{LocalZone, Locale};
use crate::web::RequestTime;

/// Somebody signed in, as of this request. A viewer may look.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub id: UserId,
    pub role: Role,
    pub status: Status,
    pub has_totp: bool,
    pub name: Arc<str>,
    /// Where they are, and how they write.
    pub zone: LocalZone,
    /// Handle of the session in use.
    pub session: Arc<str>,
    /// When a password or code was last given in this session.
    pub proven_at: Instant,
    pub asked_at: RequestTime,
}

/// What of interest waits for somebody, for the layout of a page.
#[derive(Debug, Clone, Copy, Default)]
pub struct UnreadCounts {
    /// Notices behind the bell, messages in the inbox.
    pub notices: i64,
    pub messages: i64,
    pub keys: KeyState,
}

/// Whether somebody can be written to, and could still read it in another browser.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum KeyState {
    #[default]
    None,
    /// Nothing was written yet: new ones would do as well.
    Unused,
    Unsaved,
    Saved,
}

impl KeyState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Unused => "unused",
            Self::Unsaved => "unsaved",
            Self::Saved => "saved",
        }
    }
}

/// Somebody whose role and status were read again inside the writing transaction.
#[derive(Debug, Clone, Copy)]
pub struct Actor {
    pub id: UserId,
    pub role: Role,
    /// The one instant of this act.
    pub now: Instant,
}

const SUSPENDED: &str =
    "Your account is suspended. You can read, cancel, report, appeal and export.";

fn only_active(status: Status) -> Result<()> {
    match status {
        Status::Active => Ok(()),
        Status::Suspended => Err(Error::forbidden(SUSPENDED)),
        _ => Err(Error::SignedOut),
    }
}

impl Actor {
    /// For whoever had to wait for rows that others held: the account may have been suspended
    /// meanwhile. On SQLite nobody else writes during an act.
    pub fn check_still_active(&self, conn: &mut Conn) -> Result<()> {
        if conn.is_sqlite() { Ok(()) } else { Self::check_active(&User::by_id(conn, self.id)?) }
    }

    /// The same with the account at hand, as it is now that its row is held.
    pub fn check_active(held: &User) -> Result<()> {
        only_active(held.status)
    }
}

impl Viewer {
    /// Runs a change in a transaction, for an active account only.
    pub async fn act<T, E, F>(&self, db: &Db, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&mut Conn, &Actor) -> Result<T, E> + Send + 'static,
    {
        self.enter(db, false, work).await
    }

    /// The same for what a suspended account may still do.
    pub async fn act_even_suspended<T, E, F>(&self, db: &Db, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&mut Conn, &Actor) -> Result<T, E> + Send + 'static,
    {
        self.enter(db, true, work).await
    }

    async fn enter<T, E, F>(&self, db: &Db, even_suspended: bool, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&mut Conn, &Actor) -> Result<T, E> + Send + 'static,
    {
        let id = self.id;
        db.write(move |conn, now| {
            let user = User::by_id(conn, id).map_err(|_| Error::SignedOut)?;
            if !(even_suspended && user.status == Status::Suspended) {
                only_active(user.status)?;
            }
            work(conn, &Actor { id, role: user.role, now })
        })
        .await
    }

    pub fn is_accountant(&self) -> bool {
        self.role == Role::Accountant
    }

    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }

    /// An admin who signs in with two steps: sees what is hidden, and the facts of bookings.
    pub fn has_oversight(&self) -> bool {
        self.is_admin() && self.has_totp
    }

    /// Whether a password or code was given less than ten minutes before this request.
    pub fn has_fresh_proof(&self) -> bool {
        Secrets::is_fresh(self.proven_at, self.asked_at.0)
    }

    /// For what is written outside a transaction, as the bytes of a file are.
    pub fn only_active(&self) -> Result<()> {
        only_active(self.status)
    }
}

/// A viewer as the session layer hands it on within one request.
#[derive(Serialize, Deserialize)]
pub(super) struct Passport {
    pub id: i64,
    pub role: String,
    pub status: String,
    pub has_totp: bool,
    pub name: String,
    pub zone: String,
    pub locale: String,
    pub session: String,
    pub asked_at: i64,
}

impl Passport {
    pub(super) fn of(viewer: &Viewer) -> Self {
        Self {
            id: viewer.id.0,
            role: viewer.role.as_str().to_owned(),
            status: viewer.status.as_str().to_owned(),
            has_totp: viewer.has_totp,
            name: viewer.name.to_string(),
            zone: viewer.zone.to_string(),
            locale: viewer.zone.locale.tag().to_owned(),
            session: viewer.session.to_string(),
            asked_at: viewer.asked_at.0.micros(),
        }
    }

    pub(super) fn viewer(self, proven_at: Instant) -> Option<Viewer> {
        Some(Viewer {
            id: UserId(self.id),
            role: Role::parse(&self.role)?,
            status: Status::parse(&self.status)?,
            has_totp: self.has_totp,
            name: self.name.into(),
            zone: LocalZone::new(self.zone, Locale::of(&self.locale)),
            session: self.session.into(),
            proven_at,
            asked_at: RequestTime(Instant::from_micros(self.asked_at)),
        })
    }
}
