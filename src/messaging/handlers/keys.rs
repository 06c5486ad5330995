//! `/messages/keys`: the public logs of keys, and what every change of the ways in has in common.
//! Nothing here opens a message.

use std::fmt::Display;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Serialize;

use super::devices::KnownDevice;
use super::wraps::WrapJson;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::messaging::forms::KeysForm;
use crate::messaging::ways_in::{KeyHolder, KeyRefusal, WaysIn};
use crate::messaging::{Conversation, Identity};
use crate::seal::base64url;
use crate::users::handlers::extract::Caller;
use crate::users::{Actor, Secrets, UserId};
use crate::web::{Json, Path, json, refused};

#[derive(Serialize)]
pub(super) struct KeyLog {
    user: String,
    log: Vec<KeyLogLine>,
}

#[derive(Serialize)]
struct KeyLogLine {
    key_seq: i32,
    ik_id: String,
    kind: i16,
    entry: String,
    self_sig: String,
    prev_sig: Option<String>,
    log_hash: String,
}

#[derive(Serialize)]
struct OwnKeys {
    #[serde(flatten)]
    log: KeyLog,
    wraps: Vec<WrapJson>,
    devices: Vec<KnownDevice>,
    /// Whether a password or code was given lately: without it there are no new ways in.
    is_fresh: bool,
    /// Whether nothing would be lost with these keys: then a new browser makes new ones unasked.
    is_unused: bool,
}

#[derive(Serialize)]
struct CreatedId {
    id: String,
}

impl KeyLog {
    pub(super) fn of(conn: &mut Conn, user: UserId) -> Result<Self> {
        let mut before = vec![0; 32];
        let mut log = vec![];
        for line in Identity::log(conn, user)? {
            log.push(KeyLogLine {
                key_seq: line.key_seq,
                ik_id: base64url(&line.ik_id),
                kind: line.kind.number(),
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

pub(super) fn shape() -> HttpResponse {
    refused(StatusCode::UNPROCESSABLE_ENTITY, "shape", "These are no keys of a shape we know.")
}

/// The answer to a new way in.
pub(super) fn created<I: Display>(made: Result<I, KeyRefusal>) -> Result<HttpResponse> {
    match made {
        Ok(id) => Ok(json(StatusCode::CREATED, &CreatedId { id: id.to_string() })),
        Err(refusal) => refuse(refusal),
    }
}

/// The answer to one that was taken away.
pub(super) fn removed(gone: Result<(), KeyRefusal>) -> Result<HttpResponse> {
    match gone {
        Ok(()) => Ok(HttpResponse::NoContent().finish()),
        Err(refusal) => refuse(refusal),
    }
}

fn refuse(refusal: KeyRefusal) -> Result<HttpResponse> {
    match refusal {
        KeyRefusal::NotProven => {
            Ok(refused(StatusCode::FORBIDDEN, "reauthenticate", refusal.to_string()))
        }
        KeyRefusal::Failed(error) => Err(error),
    }
}

/// `GET /messages/keys`: one's own log, wraps and devices.
pub async fn index(db: Data<Db>, Caller(viewer): Caller) -> Result<HttpResponse> {
    let own = db
        .read(move |conn, now| -> Result<_> {
            let is_fresh = Secrets::is_fresh(viewer.proven_at, now);
            let ways = WaysIn::of(conn, viewer.id, now)?;
            Ok(OwnKeys {
                log: KeyLog::of(conn, viewer.id)?,
                wraps: ways.wraps.iter().map(|wrap| WrapJson::of(wrap, is_fresh)).collect(),
                devices: ways.devices.into_iter().map(KnownDevice::from).collect(),
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
            KeyLog::of(conn, of)
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
    let (mail, proven_at) = (mail.get_ref().clone(), viewer.proven_at);
    let act = move |conn: &mut Conn, actor: &Actor| {
        KeyHolder::new(&mail, actor, proven_at).add_keys(conn, &proposal, &label)
    };
    created(viewer.act(&db, act).await)
}

/// An empty object.
#[derive(serde::Deserialize)]
pub struct EmptyObject {}
