//! `/messages/keys/wraps`: one's own secret, sealed for each way in.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;

use super::keys::{EmptyObject, created, removed, shape};
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::mail::Mail;
use crate::messaging::forms::WrapForm;
use crate::messaging::ways_in::KeyHolder;
use crate::messaging::{KeyWrap, WrapId, WrapKind};
use crate::seal::base64url;
use crate::users::Actor;
use crate::users::handlers::extract::Caller;
use crate::web::{Json, Path};

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
        let may_open = is_fresh || wrap.kind != WrapKind::Device;
        Self {
            id: wrap.id.to_string(),
            kind: wrap.kind.number(),
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
    let (mail, proven_at) = (mail.get_ref().clone(), viewer.proven_at);
    let act = move |conn: &mut Conn, actor: &Actor| {
        KeyHolder::new(&mail, actor, proven_at).add_wrap(conn, new)
    };
    created(viewer.act(&db, act).await)
}

/// `DELETE /messages/keys/wraps/{id}`, also by the browser that a link has opened.
pub async fn destroy(
    db: Data<Db>,
    mail: Data<Mail>,
    Caller(viewer): Caller,
    id: Path<WrapId>,
    Json(EmptyObject {}): Json<EmptyObject, 64>,
) -> Result<HttpResponse> {
    let (id, mail, proven_at) = (*id, mail.get_ref().clone(), viewer.proven_at);
    let act = move |conn: &mut Conn, actor: &Actor| {
        KeyHolder::new(&mail, actor, proven_at).remove_wrap(conn, id)
    };
    removed(viewer.act(&db, act).await)
}
