//! `/messages`: the list, one conversation with its history, and whom one may write to.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use serde::Serialize;

use crate::db::Db;
use crate::error::Result;
use crate::messaging::forms::{ListForm, PlaceForm};
use crate::messaging::inbox::Inbox;
use crate::messaging::pages::{
    InboxFragment, InboxPage, NoKeysPage, RecipientsPage, Rows, SafetyPage, ThreadPane, Upsert,
};
use crate::messaging::recipients::Recipients;
use crate::messaging::thread::Thread;
use crate::messaging::{
    Conversation, ConversationId, ConversationView, HistoryLink, KeyWrap, MissedRows, NotOpened,
    NoticeKinds, Peer, TimelineNotice,
};
use crate::seal::base64url;
use crate::users::handlers::extract::{Caller, Member};
use crate::users::{UserId, Viewer};
use crate::web::{EmptyForm, Form, Path, Reply, json, paths};

/// Rows of one catching-up.
const MOST_SINCE: i64 = 200;

pub async fn index(
    (db, kinds): (Data<Db>, Data<NoticeKinds>),
    Member(viewer): Member,
    reply: Reply,
    form: Query<ListForm>,
) -> Result<HttpResponse> {
    let (after, open, zone) = (form.after(), form.open.parse().ok(), viewer.zone.clone());
    let inbox = db.read(move |conn, now| -> Result<_> {
        let inbox = Inbox::page(conn, viewer.id, after, now)?;
        Ok((inbox, KeyWrap::has_recovery(conn, viewer.id)?))
    });
    let (inbox, has_recovery) = inbox.await?;
    let list = InboxFragment { inbox, open, zone, kinds: **kinds };
    let page = InboxPage { list, thread: None, has_recovery };
    reply.page_or_part(&page, &page.list)
}

pub async fn show(
    (db, kinds): (Data<Db>, Data<NoticeKinds>),
    viewer: Viewer,
    reply: Reply,
    id: Path<ConversationId>,
    form: Query<PlaceForm>,
) -> Result<HttpResponse> {
    let (id, before, kinds) = (*id, form.before(), **kinds);
    let page = db.read(move |conn, now| -> Result<_> {
        let standing = ConversationView::of(conn, id, viewer.id)?;
        let inbox = Inbox::page(conn, viewer.id, None, now)?;
        let has_recovery = KeyWrap::has_recovery(conn, viewer.id)?;
        let (thread, history) = Thread::of(conn, standing, before, now)?;
        let history = Rows::new(history, kinds, &viewer);
        let list = InboxFragment { inbox, open: Some(id), zone: viewer.zone, kinds };
        Ok(InboxPage { list, thread: Some(ThreadPane { thread, history }), has_recovery })
    });
    let page = page.await?;
    match &page.thread {
        Some(pane) => reply.page_or_part(&page, &pane.history),
        None => reply.page(&page),
    }
}

/// `GET /messages/{conv}/since`: what a page has missed, in order, at most 200 rows at once.
pub async fn since(
    (db, kinds): (Data<Db>, Data<NoticeKinds>),
    Caller(viewer): Caller,
    reply: Reply,
    id: Path<ConversationId>,
    form: Query<PlaceForm>,
) -> Result<HttpResponse> {
    let (id, after, reader) = (*id, form.after(), viewer.id);
    let missed =
        db.read(move |conn, _| MissedRows::since(conn, reader, id, after, MOST_SINCE)).await?;
    reply.page(&Upsert::new(missed, **kinds, &viewer))
}

#[derive(Serialize)]
struct Links {
    rows: Vec<LinkJson>,
}

/// One row as the chain has it, named as on the elements of a page.
#[derive(Serialize)]
struct LinkJson {
    seq: i64,
    ts: i64,
    wh: String,
    chain: String,
    ct: Option<String>,
    head: Option<String>,
    kind: Option<u8>,
    #[serde(rename = "ref")]
    about: Option<String>,
}

impl LinkJson {
    fn of(row: &HistoryLink) -> Self {
        let (link, sealed, notice) = (row.link(), row.sealed(), row.notice());
        Self {
            seq: link.seq,
            ts: link.server_ts.millis(),
            wh: base64url(&link.wire_hash),
            chain: base64url(&link.chain),
            ct: sealed.and_then(|row| row.wire.as_deref()).map(base64url),
            head: sealed.map(|row| base64url(&row.head)),
            kind: notice.map(|notice| notice.kind),
            about: notice.map(TimelineNotice::about),
        }
    }
}

/// `GET /messages/{conv}/chain`: the rows after one that a page does not show and still follows, so
/// that it can tell whether they join what it has seen before.
pub async fn chain(
    db: Data<Db>,
    Caller(viewer): Caller,
    id: Path<ConversationId>,
    form: Query<PlaceForm>,
) -> Result<HttpResponse> {
    let (id, after) = (*id, form.after());
    let rows = db.read(move |conn, _| -> Result<_> {
        let ConversationView { talk, own, .. } = ConversationView::of(conn, id, viewer.id)?;
        HistoryLink::after(conn, talk.id, (after, own.cleared_seq), MOST_SINCE)
    });
    let rows = rows.await?.iter().map(LinkJson::of).collect();
    Ok(json(StatusCode::OK, &Links { rows }))
}

/// `GET /messages/{conv}/safety`: what the two compare; their browsers compute it.
pub async fn safety(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<ConversationId>,
) -> Result<HttpResponse> {
    let id = *id;
    let page = db.read(move |conn, _| -> Result<_> {
        let talk = Conversation::of(conn, id, &viewer)?;
        let peer = Peer::by_id(conn, talk.other(viewer.id))?;
        Ok(SafetyPage { talk, peer, viewer: viewer.id })
    });
    reply.page(&page.await?)
}

/// `GET /messages/new`: listed accountants, and everybody one talks with already.
pub async fn new(
    db: Data<Db>,
    Member(viewer): Member,
    reply: Reply,
    form: Query<ListForm>,
) -> Result<HttpResponse> {
    let q = form.q.clone();
    let people = db.read(move |conn, now| {
        let begins = crate::web::text::words(&form.q).join("-");
        Recipients::page(conn, viewer.id, &begins, &form.after_slug(), now)
    });
    reply.page(&RecipientsPage { people: people.await?, q })
}

/// `POST /messages/with/{user}`: opens the pair's conversation, or leads to it.
pub async fn create(
    db: Data<Db>,
    Member(viewer): Member,
    reply: Reply,
    with: Path<UserId>,
    Form(EmptyForm {}): Form<EmptyForm>,
) -> Result<HttpResponse> {
    let with = *with;
    match viewer.act(&db, move |conn, actor| Conversation::open(conn, actor, with)).await {
        Ok(talk) => reply.see_other(paths::conversation(talk.id)),
        Err(NotOpened::NoKeys) => {
            let peer = db.read(move |conn, _| Peer::by_id(conn, with)).await?;
            reply.page_with(StatusCode::CONFLICT, &NoKeysPage { peer })
        }
        Err(NotOpened::Failed(error)) => Err(error),
    }
}
