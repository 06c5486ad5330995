//! `/messages/keys/vault`: what one's browsers share, sealed.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Serialize;

use super::keys::shape;
use crate::db::Db;
use crate::error::Result;
use crate::messaging::Vault;
use crate::messaging::forms::VaultForm;
use crate::seal::base64url;
use crate::users::handlers::extract::Caller;
use crate::web::{Json, json};

#[derive(Serialize)]
struct VaultAnswer {
    version: i64,
    ik_id: String,
    nonce: String,
    ct: String,
}

/// `GET /messages/keys/vault`: null for who never put anything in.
pub async fn show(db: Data<Db>, Caller(viewer): Caller) -> Result<HttpResponse> {
    let kept =
        db.read(move |conn, _| Vault::find(conn, viewer.id)).await?.map(|vault| VaultAnswer {
            version: vault.version,
            ik_id: base64url(&vault.ik_id),
            nonce: base64url(&vault.nonce),
            ct: base64url(&vault.ct),
        });
    Ok(json(StatusCode::OK, &kept))
}

/// `PUT /messages/keys/vault`: names the version it read, else 409.
pub async fn update(
    db: Data<Db>,
    Caller(viewer): Caller,
    Json(form): Json<VaultForm, { 400 * 1024 }>,
) -> Result<HttpResponse> {
    let Some(vault) = form.parse(viewer.id) else { return Ok(shape()) };
    let read = form.version;
    viewer.act(&db, move |conn, actor| vault.replace(conn, actor, read)).await?;
    Ok(HttpResponse::NoContent().finish())
}
