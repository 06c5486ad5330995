//! The ways into somebody's messages, and every change of them: asked for again with a password or
//! code, unless nothing could be lost, and told to their owner by mail.

use super::{Device, DeviceId, Identity, KeyWrap, NewWrap, Proposal, WrapId, WrapKind};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::mail::{Letter, Mail};
use crate::notifications::{NewNotice, Notice, Topic};
use crate::users::{Actor, Secrets, UserId};

const SETTINGS: &str = "/settings/messages";

/// What somebody has to open their messages with.
pub struct WaysIn {
    pub identity: Option<Identity>,
    pub wraps: Vec<KeyWrap>,
    pub devices: Vec<Device>,
}

/// Why a way in was not changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyRefusal {
    #[error("Give your password once more for this.")]
    NotProven,
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<diesel::result::Error> for KeyRefusal {
    fn from(cause: diesel::result::Error) -> Self {
        Self::Failed(cause.into())
    }
}

impl WaysIn {
    pub fn of(conn: &mut Conn, user: UserId, now: Instant) -> Result<Self> {
        Ok(Self {
            identity: Identity::find_current(conn, user)?,
            wraps: KeyWrap::all(conn, user, now)?,
            devices: Device::all(conn, user)?,
        })
    }
}

/// Somebody who changes the ways into their own messages.
pub struct KeyHolder<'a> {
    mail: &'a Mail,
    actor: &'a Actor,
    /// Whether a password or code was given lately.
    is_fresh: bool,
}

impl<'a> KeyHolder<'a> {
    pub fn new(mail: &'a Mail, actor: &'a Actor, proven_at: Instant) -> Self {
        Self { mail, actor, is_fresh: Secrets::is_fresh(proven_at, actor.now) }
    }

    /// The first keys of an account together with this browser as a device; or the next keys, for
    /// which a password or code is asked, unless those before were never used.
    pub fn add_keys(
        &self,
        conn: &mut Conn,
        proposal: &Proposal,
        label: &str,
    ) -> Result<DeviceId, KeyRefusal> {
        let is_first = Identity::find_current(conn, self.actor.id)?.is_none();
        let is_silent =
            is_first || (proposal.is_reset() && Identity::is_unused_for_now(conn, self.actor)?);
        if !is_silent {
            self.prove()?;
        }
        let identity = Identity::add(conn, self.actor, proposal)?;
        let device = Device::create(conn, self.actor, label)?;
        if !is_silent {
            let what = if identity.is_reset() { "started fresh" } else { "changed" };
            self.warn(conn, device.id.0, &format!("Your encryption key was {what}."))?;
        }
        Ok(device.id)
    }

    /// A browser that was unlocked by a wrap.
    pub fn add_device(&self, conn: &mut Conn, label: &str) -> Result<DeviceId, KeyRefusal> {
        self.prove()?;
        if Identity::find_current(conn, self.actor.id)?.is_none() {
            return Err(Error::NotFound.into());
        }
        let device = Device::create(conn, self.actor, label)?;
        self.warn(conn, device.id.0, &format!("Your messages were unlocked in {label}."))?;
        Ok(device.id)
    }

    /// Locks a browser out. Whose it is not learns nothing.
    pub fn remove_device(&self, conn: &mut Conn, id: DeviceId) -> Result<(), KeyRefusal> {
        if Device::is_own(conn, self.actor.id, id)? {
            self.prove()?;
        }
        let label = Device::revoke(conn, self.actor, id)?;
        self.warn(conn, id.0, &format!("{label} can no longer open your messages."))
    }

    /// One more way in. The first browser of a new account, and one that renews keys which were
    /// never used, come without a question.
    pub fn add_wrap(&self, conn: &mut Conn, new: NewWrap) -> Result<WrapId, KeyRefusal> {
        if let Some(device) = new.device
            && !Device::is_own(conn, self.actor.id, device)?
        {
            return Err(Error::NotFound.into());
        }
        let kind = new.kind;
        let is_quiet = kind == WrapKind::Device && Identity::is_set_up_now(conn, self.actor)?;
        if !is_quiet {
            self.prove()?;
        }
        let wrap = KeyWrap::add(conn, self.actor, new)?;
        if !is_quiet {
            let words = format!("Your messages can now be unlocked with {}.", kind.words());
            self.warn(conn, wrap.id.0, &words)?;
        }
        Ok(wrap.id)
    }

    /// Takes a way in away. Whose it is not learns nothing.
    pub fn remove_wrap(&self, conn: &mut Conn, id: WrapId) -> Result<(), KeyRefusal> {
        if KeyWrap::is_own(conn, self.actor.id, id)? {
            self.prove()?;
        }
        let kind = KeyWrap::remove(conn, self.actor, id)?;
        let words = format!("Your messages can no longer be unlocked with {}.", kind.removed());
        self.warn(conn, id.0, &words)
    }

    fn prove(&self) -> Result<(), KeyRefusal> {
        if self.is_fresh { Ok(()) } else { Err(KeyRefusal::NotProven) }
    }

    /// Security notices are always mailed.
    fn warn(&self, conn: &mut Conn, object: i64, words: &str) -> Result<(), KeyRefusal> {
        let next = "If that was not you, change your password and look at your devices now.";
        let address = format!("{}{SETTINGS}", self.mail.base_url);
        let letter =
            Letter::new(words, &[words, next]).with_button("Open your message settings", address);
        let telling = NewNotice {
            kind: "messaging.keys",
            topic: Topic::Security,
            recipient: self.actor.id,
            object,
            version: self.actor.now.micros(),
            words: words.chars().take(300).collect(),
            path: SETTINGS.to_owned(),
            letter: Some(letter),
        };
        Notice::tell(conn, self.mail, telling, self.actor.now)?;
        Ok(())
    }
}
