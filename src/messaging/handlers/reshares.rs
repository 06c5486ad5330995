//! `/messages/{conv}/reshares`: keys of earlier epochs for the other side's new key.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Serialize;

use super::epochs::EpochAnswer;
use crate::db::Db;
use crate::error::Result;
use crate::mail::Mail;
use crate::messaging::forms::ResharesForm;
use crate::messaging::{Conversation, ConversationId, NotShared, Reshare};
use crate::users::handlers::extract::Caller;
use crate::web::{Json, Path, json, refused};

#[derive(Serialize)]
struct MissingEpochs {
    epochs: Vec<EpochAnswer>,
}

/// `GET`: what was not handed over yet.
pub async fn index(
    db: Data<Db>,
    Caller(viewer): Caller,
    id: Path<ConversationId>,
) -> Result<HttpResponse> {
    let id = *id;
    let missing = db.read(move |conn, _| -> Result<_> {
        let talk = Conversation::of(conn, id, &viewer)?;
        let epochs = Reshare::missing(conn, &talk, viewer.id)?;
        Ok(MissingEpochs { epochs: epochs.iter().map(EpochAnswer::of).collect() })
    });
    Ok(json(StatusCode::OK, &missing.await?))
}

#[derive(Serialize)]
struct Shared {
    available_at: i64,
}

/// `POST`: 201 with the instant from which they can be read.
pub async fn create(
    (db, mail): (Data<Db>, Data<Mail>),
    Caller(viewer): Caller,
    id: Path<ConversationId>,
    Json(form): Json<ResharesForm, { ResharesForm::MOST }>,
) -> Result<HttpResponse> {
    let id = *id;
    let wrong =
        || Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, "record", NotShared::Wrong.to_string()));
    let Some(signed) = form.parse() else { return wrong() };
    let shared = viewer
        .act(&db, move |conn, actor| Reshare::hand_over(conn, &mail, actor, id, signed))
        .await;
    match shared {
        Ok(at) => Ok(json(StatusCode::CREATED, &Shared { available_at: at.millis() })),
        Err(NotShared::Wrong) => wrong(),
        Err(NotShared::Failed(error)) => Err(error),
    }
}
