//! What one of the two does with a conversation besides writing.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::web::Data;

use crate::clock::Span;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::live::{Hint, Kind, Live};
use crate::mail::{Letter, Mail};
use crate::messaging::forms::AckForm;
use crate::messaging::pages::AskedEnoughPage;
use crate::messaging::{
    ChatSettings, Conversation, ConversationId, Participant, Peer, Said, Standing,
};
use crate::notifications::{Notice, Telling, Topic};
use crate::users::handlers::extract::{Caller, Member};
use crate::users::{Actor, UserId, Viewer};
use crate::web::{Flash, Form, Json, Nothing, Path, Reply, paths};

/// `POST /messages/{conv}/ack`: how far a device has got. Never back.
pub async fn ack(
    db: Data<Db>,
    live: Data<Live>,
    Caller(viewer): Caller,
    id: Path<ConversationId>,
    Json(form): Json<AckForm, 1024>,
) -> Result<HttpResponse> {
    let id = *id;
    let moved = viewer
        .act_even_suspended(&db, move |conn, actor| -> Result<_> {
            let standing = Standing::of(conn, id, actor.id)?;
            let marks = (form.delivered, form.read);
            let moved = Participant::ack(conn, &standing.talk, actor.id, marks, actor.now)?;
            Ok((moved, standing.shares_receipts(), standing.talk))
        })
        .await?;
    if let (true, is_shared, talk) = moved {
        let hint = Hint::new(Kind::Marks, id.0, viewer.id.0);
        // one's own other pages follow too, whatever the other side may see
        let people: &[i64] =
            if is_shared { &talk.members().map(|one| one.0) } else { &[viewer.id.0] };
        live.publish(people, hint);
    }
    Ok(HttpResponse::NoContent().finish())
}

pub async fn block(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<ConversationId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<HttpResponse> {
    change(&db, &viewer, *id, |conn, actor, talk| {
        Participant::block(conn, talk, actor.id, Some(actor.now))
    })
    .await?;
    reply.done(paths::conversation(*id), Flash::Blocked)
}

pub async fn unblock(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<ConversationId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<HttpResponse> {
    change(&db, &viewer, *id, |conn, actor, talk| Participant::block(conn, talk, actor.id, None))
        .await?;
    reply.done(paths::conversation(*id), Flash::Unblocked)
}

pub async fn clear(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<ConversationId>,
    Form(Nothing {}): Form<Nothing>,
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

/// `POST /messages/{conv}/ask`: by notice and mail, once a day, for who has no script, or whose
/// other side has no keys.
pub async fn ask(
    db: Data<Db>,
    (mail, live): (Data<Mail>, Data<Live>),
    viewer: Viewer,
    reply: Reply,
    id: Path<ConversationId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<HttpResponse> {
    let id = *id;
    let mail = mail.get_ref().clone();
    let asked = viewer
        .act(&db, move |conn, actor| -> Result<_, NotAsked> {
            let talk = Conversation::held(conn, id, actor.id)?;
            if !Standing::of(conn, id, actor.id)?.is_open() {
                return Err(Conversation::ended().into());
            }
            if tell(conn, &mail, actor, talk.other(actor.id), paths::conversation(id))? {
                let row = talk.post_notice(conn, Said::GetInTouch, actor.id.0, actor.now)?;
                return Ok(Some((talk.members(), row.seq)));
            }
            Ok(None)
        })
        .await;
    let asked = match asked {
        Ok(asked) => asked,
        Err(refusal) => return refusal.answer(&reply),
    };
    if let Some((members, seq)) = asked {
        live.publish(&members.map(|one| one.0), Hint::new(Kind::Row, id.0, seq));
    }
    reply.done(paths::conversation(id), Flash::Asked)
}

/// `POST /messages/with/{user}/ask`: the same before there is a conversation.
pub async fn ask_first(
    db: Data<Db>,
    mail: Data<Mail>,
    Member(viewer): Member,
    reply: Reply,
    with: Path<UserId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<HttpResponse> {
    let with = *with;
    let mail = mail.get_ref().clone();
    let asked = viewer
        .act(&db, move |conn, actor| -> Result<_, NotAsked> {
            if with == actor.id || !crate::listings::complete::is_listed(conn, with)? {
                return Err(Error::NotFound.into());
            }
            tell(conn, &mail, actor, with, paths::MESSAGES.to_owned())
        })
        .await;
    match asked {
        Ok(_) => reply.done(paths::MESSAGES, Flash::Asked),
        Err(refusal) => refusal.answer(&reply),
    }
}

const ASKED: &str = "messaging.asked";
/// People whom one person may ask within 24 hours.
const MOST_ASKED: i64 = 5;

/// Why somebody was not asked.
enum NotAsked {
    Enough,
    Failed(Error),
}

impl From<Error> for NotAsked {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<diesel::result::Error> for NotAsked {
    fn from(cause: diesel::result::Error) -> Self {
        Self::Failed(cause.into())
    }
}

impl NotAsked {
    fn answer(self, reply: &Reply) -> Result<HttpResponse> {
        match self {
            Self::Failed(error) => Err(error),
            Self::Enough => {
                let page = AskedEnoughPage { most: MOST_ASKED };
                let mut answer = reply.page_with(StatusCode::TOO_MANY_REQUESTS, &page)?;
                answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("86400"));
                Ok(answer)
            }
        }
    }
}

/// True when it was the first time that day.
fn tell(
    conn: &mut Conn,
    mail: &Mail,
    actor: &Actor,
    whom: UserId,
    path: String,
) -> Result<bool, NotAsked> {
    crate::db::lock(conn, "users", "id", actor.id.0)?;
    let since = actor.now - Span::hours(24);
    if Notice::count_others_told(conn, (ASKED, actor.id.0), whom, since)? >= MOST_ASKED {
        return Err(NotAsked::Enough);
    }
    let asker = Peer::by_id(conn, actor.id)?;
    let words = format!("{} asks you to get in touch.", asker.name);
    let explained = "Messages on Footing are encrypted in the browser. Open your inbox once with \
                     JavaScript turned on, and you can write to each other.";
    let letter = Letter::new(&words, &[&words, explained])
        .with_button("Open your messages", format!("{}{path}", mail.base_url));
    let settings = ChatSettings::of(conn, whom)?;
    let telling = Telling {
        kind: ASKED,
        topic: Topic::Messages,
        recipient: whom,
        object: actor.id.0,
        version: actor.now.seconds().div_euclid(86_400),
        words: words.chars().take(300).collect(),
        path,
        letter: Some(letter).filter(|_| settings.is_mailed()),
    };
    Ok(Notice::tell(conn, mail, telling, actor.now)?)
}
