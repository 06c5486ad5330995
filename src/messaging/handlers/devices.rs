//! `/messages/keys/devices`: the browsers in which somebody's messages are unlocked.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Serialize;

use super::keys::{CreatedId, EmptyObject, prove, shape, warn};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::messaging::forms::DeviceForm;
use crate::messaging::{Device, DeviceId, Identity};
use crate::users::Secrets;
use crate::users::handlers::extract::Caller;
use crate::web::{Json, Path, json};

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
            Ok(CreatedId { id: device.id.to_string() })
        })
        .await?;
    Ok(json(StatusCode::CREATED, &made))
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
