//! How far somebody has got in a conversation.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::db::Db;
use crate::error::Result;
use crate::live::{Hint, HintKind, Live};
use crate::messaging::forms::AckForm;
use crate::messaging::{ConversationId, Participant};
use crate::users::UserId;
use crate::users::handlers::extract::Caller;
use crate::web::{Json, Path};

/// `POST /messages/{conv}/ack`: how far a device has got. Never back.
pub async fn create(
    db: Data<Db>,
    live: Data<Live>,
    Caller(viewer): Caller,
    id: Path<ConversationId>,
    Json(form): Json<AckForm, 1024>,
) -> Result<HttpResponse> {
    let (id, marks) = (*id, (form.delivered, form.read));
    let told: Vec<UserId> = viewer
        .act_even_suspended(&db, move |conn, actor| {
            Participant::acknowledge(conn, actor, id, marks)
        })
        .await?;
    let people: Vec<i64> = told.iter().map(|one| one.0).collect();
    live.publish(&people, Hint::new(HintKind::Marks, id.0, viewer.id.0));
    Ok(HttpResponse::NoContent().finish())
}
