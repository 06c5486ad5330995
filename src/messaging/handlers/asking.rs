//! Asking somebody to turn their messages on.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::web::Data;

use crate::db::Db;
use crate::error::Result;
use crate::live::{Hint, HintKind, Live};
use crate::mail::Mail;
use crate::messaging::asking::{MOST_ASKED, NotAsked};
use crate::messaging::pages::AskedEnoughPage;
use crate::messaging::{Conversation, ConversationId, Peer};
use crate::users::handlers::extract::Member;
use crate::users::{UserId, Viewer};
use crate::web::{EmptyForm, Flash, Form, Path, Reply, paths};

/// `POST /messages/{conv}/ask`: by notice and mail, once a day, for who has no script, or whose
/// other side has no keys.
pub async fn create(
    db: Data<Db>,
    (mail, live): (Data<Mail>, Data<Live>),
    viewer: Viewer,
    reply: Reply,
    id: Path<ConversationId>,
    Form(EmptyForm {}): Form<EmptyForm>,
) -> Result<HttpResponse> {
    let (id, mail) = (*id, mail.get_ref().clone());
    let asked =
        viewer.act(&db, move |conn, actor| Conversation::ask_other(conn, &mail, actor, id)).await;
    match asked {
        Ok(Some((talk, seq))) => {
            let people = talk.members().map(|one| one.0);
            live.publish(&people, Hint::new(HintKind::Row, id.0, seq));
        }
        Ok(None) => {}
        Err(refusal) => return answer(refusal, &reply),
    }
    reply.done(paths::conversation(id), Flash::Asked)
}

/// `POST /messages/with/{user}/ask`: the same before there is a conversation.
pub async fn create_first(
    db: Data<Db>,
    mail: Data<Mail>,
    Member(viewer): Member,
    reply: Reply,
    with: Path<UserId>,
    Form(EmptyForm {}): Form<EmptyForm>,
) -> Result<HttpResponse> {
    let (with, mail) = (*with, mail.get_ref().clone());
    match viewer.act(&db, move |conn, actor| Peer::ask(conn, &mail, actor, with)).await {
        Ok(()) => reply.done(paths::MESSAGES, Flash::Asked),
        Err(refusal) => answer(refusal, &reply),
    }
}

fn answer(refusal: NotAsked, reply: &Reply) -> Result<HttpResponse> {
    match refusal {
        NotAsked::Failed(error) => Err(error),
        NotAsked::Enough => {
            let page = AskedEnoughPage { most: MOST_ASKED };
            let mut answer = reply.page_with(StatusCode::TOO_MANY_REQUESTS, &page)?;
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("86400"));
            Ok(answer)
        }
    }
}
