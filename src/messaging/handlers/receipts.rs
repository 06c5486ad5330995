//! How far somebody has got in a conversation.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::db::Db;
use crate::error::Result;
use crate::live::{Hint, HintKind, Live};
use crate::messaging::forms::AckForm;
use crate::messaging::{ConversationId, ConversationView, Participant};
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
    let id = *id;
    let moved = viewer
        .act_even_suspended(&db, move |conn, actor| -> Result<_> {
            let standing = ConversationView::of(conn, id, actor.id)?;
            let marks = (form.delivered, form.read);
            let moved = Participant::ack(conn, &standing.talk, actor.id, marks, actor.now)?;
            Ok((moved, standing.shares_receipts(), standing.talk))
        })
        .await?;
    if let (true, is_shared, talk) = moved {
        let hint = Hint::new(HintKind::Marks, id.0, viewer.id.0);
        // one's own other pages follow too, whatever the other side may see
        let people: &[i64] =
            if is_shared { &talk.members().map(|one| one.0) } else { &[viewer.id.0] };
        live.publish(people, hint);
    }
    Ok(HttpResponse::NoContent().finish())
}
