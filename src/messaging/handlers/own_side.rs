//! What one changes of one's own side of a conversation: it is blocked, or cleared for oneself. The
//! suspended may, too: it concerns nobody's words.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::db::Db;
use crate::error::Result;
use crate::messaging::{ConversationId, Participant};
use crate::users::Viewer;
use crate::web::{EmptyForm, Flash, Form, Path, Reply, paths};

/// `POST /messages/{conv}/block`
pub async fn block(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<ConversationId>,
    Form(EmptyForm {}): Form<EmptyForm>,
) -> Result<HttpResponse> {
    let id = *id;
    viewer.act_even_suspended(&db, move |conn, actor| Participant::block(conn, actor, id)).await?;
    reply.done(paths::conversation(id), Flash::Blocked)
}

/// `POST /messages/{conv}/unblock`
pub async fn unblock(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<ConversationId>,
    Form(EmptyForm {}): Form<EmptyForm>,
) -> Result<HttpResponse> {
    let id = *id;
    viewer
        .act_even_suspended(&db, move |conn, actor| Participant::unblock(conn, actor, id))
        .await?;
    reply.done(paths::conversation(id), Flash::Unblocked)
}

/// `POST /messages/{conv}/clear`
pub async fn clear(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<ConversationId>,
    Form(EmptyForm {}): Form<EmptyForm>,
) -> Result<HttpResponse> {
    let id = *id;
    viewer.act_even_suspended(&db, move |conn, actor| Participant::clear(conn, actor, id)).await?;
    reply.done(paths::conversation(id), Flash::Cleared)
}
