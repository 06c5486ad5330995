//! `POST /messages/{conv}/epochs`: a new key for a conversation.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Serialize;

use crate::db::Db;
use crate::error::Result;
use crate::messaging::forms::EpochForm;
use crate::messaging::{Conversation, ConversationId, Epoch, NotBegun};
use crate::seal::base64url;
use crate::users::handlers::extract::Caller;
use crate::web::{Json, Path, json, refused};

#[derive(Serialize)]
struct Begun {
    epoch: i32,
    creator: String,
    record: String,
    sig: String,
}

impl Begun {
    fn of(epoch: &Epoch) -> Self {
        Self {
            epoch: epoch.epoch,
            creator: epoch.creator_id.to_string(),
            record: base64url(&epoch.record),
            sig: base64url(&epoch.sig),
        }
    }
}

#[derive(Serialize)]
struct Current {
    current: i32,
    is_stale: bool,
    newest: Option<Begun>,
}

/// `GET /messages/{conv}/epochs`: the one in use, for a page whose message was sealed under another.
pub async fn index(
    db: Data<Db>,
    Caller(viewer): Caller,
    id: Path<ConversationId>,
) -> Result<HttpResponse> {
    let id = *id;
    let standing = db.read(move |conn, _| -> Result<_> {
        let talk = Conversation::of(conn, id, &viewer)?;
        let newest = Epoch::find(conn, id, talk.current_epoch)?;
        Ok(Current {
            current: talk.current_epoch,
            is_stale: talk.is_epoch_stale,
            newest: newest.as_ref().map(Begun::of),
        })
    });
    Ok(json(StatusCode::OK, &standing.await?))
}

/// 201 with the epoch, or 409 with the one that was there first.
pub async fn create(
    db: Data<Db>,
    Caller(viewer): Caller,
    id: Path<ConversationId>,
    Json(form): Json<EpochForm, 4096>,
) -> Result<HttpResponse> {
    let id = *id;
    let wrong = |words: String| Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, "record", words));
    let Some((record, sig)) = form.parse() else { return wrong(NotBegun::Wrong.to_string()) };
    let begun = viewer.act(&db, move |conn, actor| Epoch::begin(conn, actor, id, &record, &sig));
    match begun.await {
        Ok(epoch) => Ok(json(StatusCode::CREATED, &Begun::of(&epoch))),
        Err(NotBegun::Lost(first)) => Ok(json(StatusCode::CONFLICT, &Begun::of(&first))),
        Err(refusal @ NotBegun::Wrong) => wrong(refusal.to_string()),
        Err(NotBegun::Failed(error)) => Err(error),
    }
}
