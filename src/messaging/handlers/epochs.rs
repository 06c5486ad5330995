//! `POST /messages/{conv}/epochs`: a new key for a conversation.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Serialize;

use crate::db::Db;
use crate::error::{Error, Result};
use crate::messaging::forms::EpochForm;
use crate::messaging::{Conversation, ConversationId, Epoch, NotBegun, Reshare};
use crate::seal::base64url;
use crate::users::handlers::extract::Caller;
use crate::web::{Json, Path, Path2, json, refused};

#[derive(Serialize)]
pub(super) struct EpochAnswer {
    epoch: i32,
    creator: String,
    record: String,
    sig: String,
    /// The same key for one that came later, where the other side gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reshare: Option<Given>,
}

#[derive(Serialize)]
struct Given {
    record: String,
    sig: String,
}

impl EpochAnswer {
    pub(super) fn of(epoch: &Epoch) -> Self {
        Self {
            epoch: epoch.epoch,
            creator: epoch.creator_id.to_string(),
            record: base64url(&epoch.record),
            sig: base64url(&epoch.sig),
            reshare: None,
        }
    }

    pub(super) fn with(self, reshare: Option<&Reshare>) -> Self {
        let given =
            |one: &Reshare| Given { record: base64url(&one.record), sig: base64url(&one.sig) };
        Self { reshare: reshare.map(given), ..self }
    }
}

#[derive(Serialize)]
struct Current {
    current: i32,
    is_stale: bool,
    /// The last row from before it.
    after_seq: i64,
    newest: Option<EpochAnswer>,
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
        let after_seq = newest.as_ref().map_or(Ok(0), |epoch| epoch.after_seq(conn))?;
        Ok(Current {
            current: talk.current_epoch,
            is_stale: talk.is_epoch_stale,
            after_seq,
            newest: newest.as_ref().map(EpochAnswer::of),
        })
    });
    Ok(json(StatusCode::OK, &standing.await?))
}

/// `GET /messages/{conv}/epochs/{number}`: one of them, for who checks that the next one follows it.
pub async fn show(
    db: Data<Db>,
    Caller(viewer): Caller,
    Path2(id, number): Path2<ConversationId, i32>,
) -> Result<HttpResponse> {
    let epoch = db.read(move |conn, _| -> Result<_> {
        let talk = Conversation::of(conn, id, &viewer)?;
        Epoch::find(conn, talk.id, number)?.ok_or(Error::NotFound)
    });
    Ok(json(StatusCode::OK, &EpochAnswer::of(&epoch.await?)))
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
        Ok(epoch) => Ok(json(StatusCode::CREATED, &EpochAnswer::of(&epoch))),
        Err(NotBegun::Lost(first)) => Ok(json(StatusCode::CONFLICT, &EpochAnswer::of(&first))),
        Err(refusal @ NotBegun::Wrong) => wrong(refusal.to_string()),
        Err(NotBegun::Failed(error)) => Err(error),
    }
}
