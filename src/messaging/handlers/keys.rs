//! `/messages/keys`: public logs, wrapped secrets, devices. Nothing here opens a message.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Serialize;

use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::mail::{Letter, Mail};
use crate::messaging::forms::{DeviceForm, KeysForm, VaultForm, WrapForm};
use crate::messaging::{
    Conversation, Device, DeviceId, Identity, KeyWrap, Vault, WrapId, WrapKind,
};
use crate::notifications::{Notice, Telling, Topic};
use crate::seal::base64url;
use crate::users::handlers::extract::Caller;
use crate::users::{Actor, Secrets, UserId};
use crate::web::{Json, Path, json, refused};

#[derive(Serialize)]
pub(super) struct Log {
    user: String,
    log: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    key_seq: i32,
    ik_id: String,
    kind: i16,
    entry: String,
    self_sig: String,
    prev_sig: Option<String>,
    log_hash: String,
}

#[derive(Serialize)]
struct Own {
    #[serde(flatten)]
    log: Log,
    wraps: Vec<Wrap>,
    devices: Vec<Known>,
    /// Whether a password or code was given lately: without it there are no new ways in.
    is_fresh: bool,
    /// Whether nothing would be lost with these keys: then a new browser makes new ones unasked.
    is_unused: bool,
}

#[derive(Serialize)]
struct Known {
    id: String,
    label: String,
    last_seen_at: String,
}

#[derive(Serialize)]
pub(super) struct Wrap {
    id: String,
    kind: i16,
    label: String,
    ik_id: String,
    device: Option<String>,
    credential_id: Option<String>,
    salt: String,
    nonce: String,
    commit: String,
    /// Of a device's wrap only after a password or code.
    ct: Option<String>,
}

#[derive(Serialize)]
struct Made {
    id: String,
}

impl Log {
    pub(super) fn of(conn: &mut Conn, user: UserId) -> Result<Self> {
        let mut before = vec![0; 32];
        let mut log = vec![];
        for line in Identity::log(conn, user)? {
            log.push(Line {
                key_seq: line.key_seq,
                ik_id: base64url(&line.ik_id),
                kind: line.kind,
                entry: base64url(&line.entry(&before)),
                self_sig: base64url(&line.self_sig),
                prev_sig: line.prev_sig.as_deref().map(base64url),
                log_hash: base64url(&line.log_hash),
            });
            before = line.log_hash;
        }
        Ok(Self { user: user.to_string(), log })
    }
}

impl Wrap {
    pub(super) fn of(wrap: &KeyWrap, is_fresh: bool) -> Self {
        let may_open = is_fresh || wrap.which() != WrapKind::Device;
        Self {
            id: wrap.id.to_string(),
            kind: wrap.kind,
            label: wrap.label.clone(),
            ik_id: base64url(&wrap.ik_id),
            device: wrap.device_id.map(|id| id.to_string()),
            credential_id: wrap.credential_id.as_deref().map(base64url),
            salt: base64url(&wrap.salt),
            nonce: base64url(&wrap.nonce),
            commit: base64url(&wrap.key_commit),
            ct: may_open.then(|| base64url(&wrap.ct)),
        }
    }
}

impl From<Device> for Known {
    fn from(device: Device) -> Self {
        let last_seen_at = device.last_seen_at.iso();
        Self { id: device.id.to_string(), label: device.label, last_seen_at }
    }
}

fn shape() -> HttpResponse {
    refused(StatusCode::UNPROCESSABLE_ENTITY, "shape", "These are no keys of a shape we know.")
}

fn prove() -> HttpResponse {
    let words = "Give your password once more for this.";
    refused(StatusCode::FORBIDDEN, "reauthenticate", words)
}

/// `GET /messages/keys`: one's own log, wraps and devices.
pub async fn index(db: Data<Db>, Caller(viewer): Caller) -> Result<HttpResponse> {
    let own = db
        .read(move |conn, now| -> Result<_> {
            let is_fresh = Secrets::is_fresh(viewer.proven_at, now);
            let wraps = KeyWrap::all(conn, viewer.id, now)?;
            let devices = Device::all(conn, viewer.id)?.into_iter();
            Ok(Own {
                log: Log::of(conn, viewer.id)?,
                wraps: wraps.iter().map(|wrap| Wrap::of(wrap, is_fresh)).collect(),
                devices: devices.map(Known::from).collect(),
                is_fresh,
                is_unused: Identity::is_unused(conn, viewer.id)?,
            })
        })
        .await?;
    Ok(json(StatusCode::OK, &own))
}

/// `GET /messages/keys/{user}`: the log of the other side of a conversation.
pub async fn show(db: Data<Db>, Caller(viewer): Caller, of: Path<UserId>) -> Result<HttpResponse> {
    let of = *of;
    let log = db
        .read(move |conn, _| {
            if of != viewer.id && Conversation::find_between(conn, viewer.id, of)?.is_none() {
                return Err(Error::NotFound);
            }
            Log::of(conn, of)
        })
        .await?;
    Ok(json(StatusCode::OK, &log))
}

/// `POST /messages/keys`: the first keys of an account together with this browser as a device; or
/// the next keys, for which a password or code is asked, unless those before were never used.
pub async fn create(
    db: Data<Db>,
    mail: Data<Mail>,
    Caller(viewer): Caller,
    Json(form): Json<KeysForm, 4096>,
) -> Result<HttpResponse> {
    let Some((proposal, label)) = form.parse() else { return Ok(shape()) };
    let is_fresh = Secrets::is_fresh(viewer.proven_at, db.now());
    let mail = mail.get_ref().clone();
    let made = viewer
        .act(&db, move |conn, actor| -> Result<_> {
            let is_first = Identity::find_current(conn, actor.id)?.is_none();
            let is_silent =
                is_first || (proposal.is_reset() && Identity::is_unused_for_now(conn, actor)?);
            if !is_silent && !is_fresh {
                return Ok(None);
            }
            let identity = Identity::add(conn, actor, &proposal)?;
            let device = Device::create(conn, actor, &label)?;
            if !is_silent {
                let what = if identity.is_reset() { "started fresh" } else { "changed" };
                let words = format!("Your encryption key was {what}.");
                warn(conn, &mail, actor, (device.id.0, &words))?;
            }
            Ok(Some(Made { id: device.id.to_string() }))
        })
        .await?;
    Ok(made.map_or_else(prove, |made| json(StatusCode::CREATED, &made)))
}

/// `POST /messages/keys/devices`: a browser that was unlocked by a wrap. Like every change of the ways
/// in it asks for a password or code, and is mailed.
pub async fn create_device(
    db: Data<Db>,
    mail: Data<Mail>,
    Caller(viewer): Caller,
    Json(form): Json<DeviceForm, 4096>,
) -> Result<HttpResponse> {
    let Some(label) = form.parse() else { return Ok(shape()) };
    if !Secrets::is_fresh(viewer.proven_at, db.now()) {
        return Ok(prove());
    }
    let mail = mail.get_ref().clone();
    let made = viewer
        .act(&db, move |conn, actor| -> Result<_> {
            if Identity::find_current(conn, actor.id)?.is_none() {
                return Err(Error::NotFound);
            }
            let device = Device::create(conn, actor, &label)?;
            let words = format!("Your messages were unlocked in {label}.");
            warn(conn, &mail, actor, (device.id.0, &words))?;
            Ok(Made { id: device.id.to_string() })
        })
        .await?;
    Ok(json(StatusCode::CREATED, &made))
}

/// `PUT /messages/keys/devices/{id}`: it was used; its owner may have to find it again.
pub async fn update_device(
    db: Data<Db>,
    Caller(viewer): Caller,
    id: Path<DeviceId>,
    Json(Nothing {}): Json<Nothing, 64>,
) -> Result<HttpResponse> {
    let id = *id;
    viewer.act(&db, move |conn, actor| Device::touch(conn, actor, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub async fn destroy_device(
    db: Data<Db>,
    mail: Data<Mail>,
    Caller(viewer): Caller,
    id: Path<DeviceId>,
    Json(Nothing {}): Json<Nothing, 64>,
) -> Result<HttpResponse> {
    let id = *id;
    let is_fresh = Secrets::is_fresh(viewer.proven_at, db.now());
    let mail = mail.get_ref().clone();
    let removed = viewer.act(&db, move |conn, actor| -> Result<_> {
        if !is_fresh && Device::is_own(conn, actor.id, id)? {
            return Ok(None);
        }
        let label = Device::revoke(conn, actor, id)?;
        let words = format!("{label} can no longer open your messages.");
        warn(conn, &mail, actor, (id.0, &words)).map(Some)
    });
    Ok(removed.await?.map_or_else(prove, |()| HttpResponse::NoContent().finish()))
}

/// An empty object.
#[derive(serde::Deserialize)]
pub struct Nothing {}

/// `POST /messages/keys/wraps`. The first browser of a new account, and one that renews keys which
/// were never used, come without a question; every other way in asks for a password or code and is
/// mailed.
pub async fn create_wrap(
    db: Data<Db>,
    mail: Data<Mail>,
    Caller(viewer): Caller,
    Json(form): Json<WrapForm, 8192>,
) -> Result<HttpResponse> {
    let Some(new) = form.parse() else { return Ok(shape()) };
    let is_fresh = Secrets::is_fresh(viewer.proven_at, db.now());
    let mail = mail.get_ref().clone();
    let made = viewer
        .act(&db, move |conn, actor| -> Result<_> {
            if let Some(device) = new.device
                && !Device::is_own(conn, actor.id, device)?
            {
                return Err(Error::NotFound);
            }
            let is_quiet = new.kind == WrapKind::Device && Identity::is_set_up_now(conn, actor)?;
            if !is_quiet && !is_fresh {
                return Ok(None);
            }
            let kind = new.kind;
            let wrap = KeyWrap::add(conn, actor, new)?;
            if !is_quiet {
                let words = format!("Your messages can now be unlocked with {}.", kind.words());
                warn(conn, &mail, actor, (wrap.id.0, &words))?;
            }
            Ok(Some(Made { id: wrap.id.to_string() }))
        })
        .await?;
    Ok(made.map_or_else(prove, |made| json(StatusCode::CREATED, &made)))
}

/// `DELETE /messages/keys/wraps/{id}`, also by the browser that a link has opened.
pub async fn destroy_wrap(
    db: Data<Db>,
    mail: Data<Mail>,
    Caller(viewer): Caller,
    id: Path<WrapId>,
    Json(Nothing {}): Json<Nothing, 64>,
) -> Result<HttpResponse> {
    let id = *id;
    let is_fresh = Secrets::is_fresh(viewer.proven_at, db.now());
    let mail = mail.get_ref().clone();
    let removed = viewer.act(&db, move |conn, actor| -> Result<_> {
        if !is_fresh && KeyWrap::is_own(conn, actor.id, id)? {
            return Ok(None);
        }
        let kind = KeyWrap::remove(conn, actor, id)?;
        let words = format!("Your messages can no longer be unlocked with {}.", kind.removed());
        warn(conn, &mail, actor, (id.0, &words)).map(Some)
    });
    Ok(removed.await?.map_or_else(prove, |()| HttpResponse::NoContent().finish()))
}

#[derive(Serialize)]
struct Kept {
    version: i64,
    ik_id: String,
    nonce: String,
    ct: String,
}

/// `GET /messages/keys/vault`: null for who never put anything in.
pub async fn vault(db: Data<Db>, Caller(viewer): Caller) -> Result<HttpResponse> {
    let kept = db.read(move |conn, _| Vault::find(conn, viewer.id)).await?.map(|vault| Kept {
        version: vault.version,
        ik_id: base64url(&vault.ik_id),
        nonce: base64url(&vault.nonce),
        ct: base64url(&vault.ct),
    });
    Ok(json(StatusCode::OK, &kept))
}

/// `PUT /messages/keys/vault`: names the version it read, else 409.
pub async fn replace_vault(
    db: Data<Db>,
    Caller(viewer): Caller,
    Json(form): Json<VaultForm, { 400 * 1024 }>,
) -> Result<HttpResponse> {
    let Some(vault) = form.parse(viewer.id) else { return Ok(shape()) };
    let read = form.version;
    viewer.act(&db, move |conn, actor| vault.replace(conn, actor, read)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Security notices are always mailed.
fn warn(conn: &mut Conn, mail: &Mail, actor: &Actor, (object, words): (i64, &str)) -> Result<()> {
    let next = "If that was not you, change your password and look at your devices now.";
    let letter = Letter::new(words, &[words, next])
        .with_button("Open your message settings", format!("{}{SETTINGS}", mail.base_url));
    let telling = Telling {
        kind: "messaging.keys",
        topic: Topic::Security,
        recipient: actor.id,
        object,
        version: actor.now.micros(),
        words: words.chars().take(300).collect(),
        path: SETTINGS.to_owned(),
        letter: Some(letter),
    };
    Notice::tell(conn, mail, telling, actor.now).map(drop)
}

const SETTINGS: &str = "/settings/messages";
