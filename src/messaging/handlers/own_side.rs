//! What one changes of one's own side of a conversation: it is blocked, or cleared for oneself.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::db::{Conn, Db};
use crate::error::Result;
use crate::messaging::{Conversation, ConversationId, Participant};
use crate::users::{Actor, Viewer};
use crate::web::{EmptyForm, Flash, Form, Path, Reply, paths};

/// `POST /messages/{conv}/block`
pub async fn block(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<ConversationId>,
    Form(EmptyForm {}): Form<EmptyForm>,
) -> Result<HttpResponse> {
    change(&db, &viewer, *id, |conn, actor, talk| {
        Participant::block(conn, talk, actor.id, Some(actor.now))
    })
    .await?;
    reply.done(paths::conversation(*id), Flash::Blocked)
}

/// `POST /messages/{conv}/unblock`
pub async fn unblock(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<ConversationId>,
    Form(EmptyForm {}): Form<EmptyForm>,
) -> Result<HttpResponse> {
    change(&db, &viewer, *id, |conn, actor, talk| Participant::block(conn, talk, actor.id, None))
        .await?;
    reply.done(paths::conversation(*id), Flash::Unblocked)
}

/// `POST /messages/{conv}/clear`
pub async fn clear(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<ConversationId>,
    Form(EmptyForm {}): Form<EmptyForm>,
) -> Result<HttpResponse> {
    change(&db, &viewer, *id, |conn, actor, talk| Participant::clear(conn, talk, actor.id)).await?;
    reply.done(paths::conversation(*id), Flash::Cleared)
}

/// A change of one's own side, for the suspended too: it concerns nobody's words.
async fn change(
    db: &Db,
    viewer: &Viewer,
    id: ConversationId,
    work: impl FnOnce(&mut Conn, &Actor, &Conversation) -> Result<()> + Send + 'static,
) -> Result<()> {
    viewer
        .act_even_suspended(db, move |conn, actor| {
            let talk = Conversation::held(conn, id, actor.id)?;
            work(conn, actor, &talk)
        })
        .await
}
