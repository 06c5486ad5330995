//! `/messages/keys/wraps`: one's own secret, sealed for each way in.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Serialize;

use super::keys::{CreatedId, EmptyObject, prove, shape, warn};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::messaging::forms::WrapForm;
use crate::messaging::{Device, Identity, KeyWrap, WrapId, WrapKind};
use crate::seal::base64url;
use crate::users::Secrets;
use crate::users::handlers::extract::Caller;
use crate::web::{Json, Path, json};

#[derive(Serialize)]
pub(super) struct WrapJson {
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

impl WrapJson {
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

/// `POST /messages/keys/wraps`. The first browser of a new account, and one that renews keys which
/// were never used, come without a question; every other way in asks for a password or code and is
/// mailed.
pub async fn create(
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
            Ok(Some(CreatedId { id: wrap.id.to_string() }))
        })
        .await?;
    Ok(made.map_or_else(prove, |made| json(StatusCode::CREATED, &made)))
}

/// `DELETE /messages/keys/wraps/{id}`, also by the browser that a link has opened.
pub async fn destroy(
    db: Data<Db>,
    mail: Data<Mail>,
    Caller(viewer): Caller,
    id: Path<WrapId>,
    Json(EmptyObject {}): Json<EmptyObject, 64>,
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
