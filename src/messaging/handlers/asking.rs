//! Asking somebody to turn their messages on.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::web::Data;

use crate::db::Db;
use crate::error::{Error, Result};
use crate::live::{Hint, HintKind, Live};
use crate::mail::Mail;
use crate::messaging::asking::{self, MOST_ASKED, NotAsked};
use crate::messaging::pages::AskedEnoughPage;
use crate::messaging::{Conversation, ConversationId, ConversationView, TimelineNotice};
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
    let id = *id;
    let mail = mail.get_ref().clone();
    let asked = viewer
        .act(&db, move |conn, actor| -> Result<_, NotAsked> {
            let talk = Conversation::held(conn, id, actor.id)?;
            if !ConversationView::of(conn, id, actor.id)?.is_open() {
                return Err(Conversation::ended().into());
            }
            if asking::ask(conn, &mail, actor, talk.other(actor.id), paths::conversation(id))? {
                let row =
                    talk.post_notice(conn, TimelineNotice::GetInTouch, actor.id.0, actor.now)?;
                return Ok(Some((talk.members(), row.seq)));
            }
            Ok(None)
        })
        .await;
    let asked = match asked {
        Ok(asked) => asked,
        Err(refusal) => return answer(refusal, &reply),
    };
    if let Some((members, seq)) = asked {
        live.publish(&members.map(|one| one.0), Hint::new(HintKind::Row, id.0, seq));
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
    let with = *with;
    let mail = mail.get_ref().clone();
    let asked = viewer
        .act(&db, move |conn, actor| -> Result<_, NotAsked> {
            if with == actor.id || !crate::listings::complete::is_listed(conn, with)? {
                return Err(Error::NotFound.into());
            }
            asking::ask(conn, &mail, actor, with, paths::MESSAGES.to_owned())
        })
        .await;
    match asked {
        Ok(_) => reply.done(paths::MESSAGES, Flash::Asked),
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
