//! `/messages/keys/devices`: the browsers in which somebody's messages are unlocked.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;

use super::keys::{EmptyObject, created, removed, shape};
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::mail::Mail;
use crate::messaging::forms::DeviceForm;
use crate::messaging::ways_in::KeyHolder;
use crate::messaging::{Device, DeviceId};
use crate::users::Actor;
use crate::users::handlers::extract::Caller;
use crate::web::{Json, Path};

#[derive(Serialize)]
pub(super) struct KnownDevice {
    id: String,
    label: String,
    last_seen_at: String,
}

impl From<Device> for KnownDevice {
    fn from(device: Device) -> Self {
        let last_seen_at = device.last_seen_at.iso();
        Self { id: device.id.to_string(), label: device.label, last_seen_at }
    }
}

/// `POST /messages/keys/devices`: a browser that was unlocked by a wrap. Like every change of the ways
/// in it asks for a password or code, and is mailed.
pub async fn create(
    db: Data<Db>,
    mail: Data<Mail>,
    Caller(viewer): Caller,
    Json(form): Json<DeviceForm, 4096>,
) -> Result<HttpResponse> {
    let Some(label) = form.parse() else { return Ok(shape()) };
    let (mail, proven_at) = (mail.get_ref().clone(), viewer.proven_at);
    let act = move |conn: &mut Conn, actor: &Actor| {
        KeyHolder::new(&mail, actor, proven_at).add_device(conn, &label)
    };
    created(viewer.act(&db, act).await)
}

/// `PUT /messages/keys/devices/{id}`: it was used; its owner may have to find it again.
pub async fn update(
    db: Data<Db>,
    Caller(viewer): Caller,
    id: Path<DeviceId>,
    Json(EmptyObject {}): Json<EmptyObject, 64>,
) -> Result<HttpResponse> {
    let id = *id;
    viewer.act(&db, move |conn, actor| Device::touch(conn, actor, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `DELETE /messages/keys/devices/{id}`: its wraps go with it.
pub async fn destroy(
    db: Data<Db>,
    mail: Data<Mail>,
    Caller(viewer): Caller,
    id: Path<DeviceId>,
    Json(EmptyObject {}): Json<EmptyObject, 64>,
) -> Result<HttpResponse> {
    let (id, mail, proven_at) = (*id, mail.get_ref().clone(), viewer.proven_at);
    let act = move |conn: &mut Conn, actor: &Actor| {
        KeyHolder::new(&mail, actor, proven_at).remove_device(conn, id)
    };
    removed(viewer.act(&db, act).await)
}
