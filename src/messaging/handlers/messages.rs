//! `/send_message` and `/get_message`: the two addresses that a page and any other program share.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::ACCEPT;
use actix_web::web::{Data, Query};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Serialize;

use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::live::{Hint, HintKind, Live};
use crate::messaging::forms::{GetForm, SendForm};
use crate::messaging::pages::Upsert;
use crate::messaging::{
    Message, MissedRows, NoticeKinds, Recent, SealedMessage, SendEffect, SendRefusal, SentMessage,
    TimelineEntry, TimelineNotice,
};
use crate::seal::base64url;
use crate::users::handlers::extract::Caller;
use crate::users::{Actor, Viewer};
use crate::web::{Json, Reply, json, refused};

/// The longest body of a message.
const MOST: usize = 96 * 1024;

#[derive(Serialize)]
struct SendReceipt {
    conversation: String,
    seq: i64,
    server_ts: i64,
    client_msg_id: String,
}

/// `POST /send_message`. `sender` is checked, never trusted. A suspended sender still gets the first
/// answer to a message that was taken before.
pub async fn create(
    page: OpenPage,
    db: Data<Db>,
    (live, recent): (Data<Live>, Data<Recent>),
    Caller(viewer): Caller,
    Json(form): Json<SendForm, MOST>,
) -> Result<HttpResponse> {
    let Some((sender, draft)) = form.parse() else {
        let words = "This is no sealed message of a shape we know.";
        return Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, "shape", words));
    };
    if sender != viewer.id {
        let words = "Messages are sent in one's own name only.";
        return Ok(refused(StatusCode::FORBIDDEN, "sender", words));
    }
    let act = move |conn: &mut Conn, actor: &Actor| Message::send(conn, actor, &draft);
    match viewer.act_even_suspended(&db, act).await {
        Ok(sent) => {
            publish(&live, &recent, &sent);
            page.show(&db, &viewer, sent).await
        }
        Err(refusal) => refuse(refusal),
    }
}

/// The page that has sent something, and wants it as it stands there now; other programs want to know
/// its place.
pub struct OpenPage {
    reply: Reply,
    kinds: Data<NoticeKinds>,
    wants_part: bool,
}

impl FromRequest for OpenPage {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let accepted = request.headers().get(ACCEPT).and_then(|accept| accept.to_str().ok());
        let Some(kinds) = request.app_data::<Data<NoticeKinds>>().cloned() else {
            return ready(Err(Error::internal("no kinds of notices are registered").into()));
        };
        ready(Ok(Self {
            reply: Reply::of(request),
            kinds,
            wants_part: accepted.is_some_and(|accept| accept.starts_with("text/html")),
        }))
    }
}

impl OpenPage {
    async fn show(self, db: &Db, viewer: &Viewer, sent: SentMessage) -> Result<HttpResponse> {
        let status = if sent.is_new() { StatusCode::CREATED } else { StatusCode::OK };
        if !self.wants_part {
            return Ok(json(status, &SendReceipt::of(&sent.row)));
        }
        let rows = db.read(move |conn, _| MissedRows::of_sent(conn, &sent)).await?;
        self.reply.page_with(status, &Upsert::new(rows, **self.kinds, viewer))
    }
}

impl SendReceipt {
    fn of(row: &SealedMessage) -> Self {
        Self {
            conversation: row.link.conversation_id.to_string(),
            seq: row.link.seq,
            server_ts: row.link.server_ts.millis(),
            client_msg_id: row.client_id(),
        }
    }
}

/// Tells every page of the two what is new, the other side's first.
fn publish(live: &Live, recent: &Recent, sent: &SentMessage) {
    let link = &sent.row.link;
    match &sent.effect {
        SendEffect::Known => return,
        SendEffect::Added(blobs) => {
            recent.keep(TimelineEntry::new(sent.row.clone(), blobs.clone()));
        }
        SendEffect::Changed(_) => recent.forget(link.conversation_id),
    }
    let mut members = sent.talk.members();
    members.sort_by_key(|one| sent.row.sender_id == *one);
    let hint = Hint::new(HintKind::Row, link.conversation_id.0, link.seq);
    live.publish(&members.map(|one| one.0), hint);
}

fn refuse(refusal: SendRefusal) -> Result<HttpResponse> {
    #[derive(Serialize)]
    struct WithNext<'a> {
        error: &'a str,
        words: String,
        dev_seq: i64,
    }
    let words = refusal.to_string();
    Ok(match refusal {
        SendRefusal::ReusedId => refused(StatusCode::CONFLICT, "reused_id", words),
        SendRefusal::StaleEpoch => refused(StatusCode::CONFLICT, "stale_epoch", words),
        SendRefusal::DevSeq(dev_seq) => {
            json(StatusCode::CONFLICT, &WithNext { error: "dev_seq", words, dev_seq })
        }
        SendRefusal::WrongHeader => refused(StatusCode::UNPROCESSABLE_ENTITY, "header", words),
        SendRefusal::ChainMismatch => {
            refused(StatusCode::UNPROCESSABLE_ENTITY, "chain_mismatch", words)
        }
        SendRefusal::Change(_) => refused(StatusCode::UNPROCESSABLE_ENTITY, "change", words),
        SendRefusal::Blobs => refused(StatusCode::UNPROCESSABLE_ENTITY, "blobs", words),
        SendRefusal::Failed(error) => return Err(error),
    })
}

#[derive(Serialize)]
struct HistoryAnswer {
    messages: Vec<MessageJson>,
    next_before_timestamp: Option<i64>,
}

#[derive(Serialize)]
struct MessageJson {
    seq: i64,
    sender: Option<String>,
    server_ts: i64,
    text: Option<String>,
    wire_hash: String,
    chain: String,
    edits: Vec<Amendment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<NoticeJson>,
}

#[derive(Serialize)]
struct Amendment {
    seq: i64,
    act: i16,
    server_ts: i64,
    text: Option<String>,
    wire_hash: String,
    chain: String,
}

#[derive(Serialize)]
struct NoticeJson {
    kind: &'static str,
    number: u8,
    about: i64,
    words: &'static str,
}

/// `GET /get_message`: a history, oldest first. The reader is always the one signed in.
pub async fn show(
    (db, kinds): (Data<Db>, Data<NoticeKinds>),
    Caller(viewer): Caller,
    form: Query<GetForm>,
) -> Result<HttpResponse> {
    let Some(wanted) = form.parse() else {
        let words = "screen_size is a whole number, before_timestamp milliseconds or RFC 3339 with \
                     an offset.";
        return Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, "shape", words));
    };
    let history = db.read(move |conn, _| wanted.answer(conn, viewer.id));
    let (entries, has_more) = history.await?;
    let next = entries.first().filter(|_| has_more).map(|first| first.link().server_ts.millis());
    let messages = entries.iter().map(|entry| MessageJson::of(entry, **kinds)).collect();
    Ok(json(StatusCode::OK, &HistoryAnswer { messages, next_before_timestamp: next }))
}

impl MessageJson {
    fn of(entry: &TimelineEntry, kinds: NoticeKinds) -> Self {
        let (link, sealed) = (entry.link(), entry.sealed());
        Self {
            seq: link.seq,
            sender: sealed.map(|row| row.sender_id.to_string()),
            server_ts: link.server_ts.millis(),
            text: sealed.and_then(|row| row.wire.as_deref()).map(base64url),
            wire_hash: base64url(&link.wire_hash),
            chain: base64url(&link.chain),
            edits: entry.edits.iter().map(Amendment::of).collect(),
            notice: entry.notice().and_then(|notice| NoticeJson::of(notice, kinds)),
        }
    }
}

impl NoticeJson {
    fn of(notice: &TimelineNotice, kinds: NoticeKinds) -> Option<Self> {
        let kind = kinds.find(notice)?;
        let (number, about) = (notice.kind, notice.about);
        Some(Self { kind: kind.word, number, about, words: kind.words })
    }
}

impl Amendment {
    fn of(row: &SealedMessage) -> Self {
        Self {
            seq: row.link.seq,
            act: row.act.number(),
            server_ts: row.link.server_ts.millis(),
            text: row.wire.as_deref().map(base64url),
            wire_hash: base64url(&row.link.wire_hash),
            chain: base64url(&row.link.chain),
        }
    }
}
