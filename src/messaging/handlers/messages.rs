//! `/send_message` and `/get_message`: the two addresses that a page and any other program share.

use actix_web::http::StatusCode;
use actix_web::http::header::ACCEPT;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::inbox::rows;
use crate::clock::Instant;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::live::{Hint, HintKind, Live};
use crate::messaging::forms::{GetForm, HistoryQuery, SendForm};
use crate::messaging::pages::Upsert;
use crate::messaging::{
    Conversation, Message, Participant, PostedMessage, Recent, SendRefusal, SentMessage,
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

/// `POST /send_message`. `sender` is checked, never trusted.
pub async fn create(
    request: HttpRequest,
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
    let sent = match viewer.act_even_suspended(&db, send(draft)).await {
        Ok(sent) => sent,
        Err(refusal) => return refuse(refusal),
    };
    if sent.is_new {
        publish(&live, &recent, &sent);
    }
    let wants_part = request
        .headers()
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.starts_with("text/html"));
    let status = if sent.is_new { StatusCode::CREATED } else { StatusCode::OK };
    if wants_part {
        let part = db.read(move |conn, _| part(conn, &viewer, &sent)).await?;
        return Reply::of(&request).page_with(status, &part);
    }
    let taken = SendReceipt {
        conversation: sent.row.conversation_id.to_string(),
        seq: sent.row.seq,
        server_ts: sent.row.server_ts.millis(),
        client_msg_id: sent.row.client_id(),
    };
    Ok(json(status, &taken))
}

/// A suspended sender still gets the first answer to a message that was taken before.
fn send(
    draft: PostedMessage,
) -> impl FnOnce(&mut Conn, &Actor) -> std::result::Result<SentMessage, SendRefusal> + Send + 'static
{
    move |conn, actor| Message::send(conn, actor, &draft)
}

/// Tells every page of the two, the other side's first.
fn publish(live: &Live, recent: &Recent, sent: &SentMessage) {
    let row = &sent.row;
    match row.target_seq {
        None => recent.keep(sent.entry()),
        Some(_) => recent.forget(row.conversation_id),
    }
    let mut members = sent.members;
    members.sort_by_key(|one| row.sender_id == Some(*one));
    let hint = Hint::new(HintKind::Row, row.conversation_id.0, row.seq);
    live.publish(&members.map(|one| one.0), hint);
}

/// The row as it now stands in the sender's own pane.
fn part(conn: &mut Conn, viewer: &Viewer, sent: &SentMessage) -> Result<Upsert> {
    let row = &sent.row;
    let talk = Conversation::of(conn, row.conversation_id, viewer)?;
    let entries = TimelineEntry::one(conn, talk.id, row.target_seq.unwrap_or(row.seq))?;
    Ok(Upsert {
        rows: rows(conn, viewer, &talk, (entries, vec![]))?,
        last: row.seq,
        has_more: false,
    })
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
    number: i16,
    about: i64,
    words: &'static str,
}

/// `GET /get_message`: a history, oldest first. The reader is always the one signed in.
pub async fn show(
    db: Data<Db>,
    Caller(viewer): Caller,
    form: Query<GetForm>,
) -> Result<HttpResponse> {
    let Some(wanted) = form.parse() else {
        let words = "screen_size is a whole number, before_timestamp milliseconds or RFC 3339 with \
                     an offset.";
        return Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, "shape", words));
    };
    let answer = db.read(move |conn, _| history(conn, &viewer, &wanted)).await?;
    Ok(json(StatusCode::OK, &answer))
}

fn history(conn: &mut Conn, viewer: &Viewer, wanted: &HistoryQuery) -> Result<HistoryAnswer> {
    let talk = Conversation::find_between(conn, viewer.id, wanted.user)?.ok_or(Error::NotFound)?;
    let cleared = Participant::of(conn, talk.id, viewer.id)?.cleared_seq;
    let mut entries = match wanted.before {
        Some(before) => TimelineEntry::page(conn, talk.id, cleared, before, wanted.most + 1)?,
        None => vec![],
    };
    let has_more = i64::try_from(entries.len()).is_ok_and(|count| count > wanted.most);
    if has_more {
        entries.remove(0);
    }
    let next = entries.first().filter(|_| has_more).map(|first| first.message.server_ts);
    Ok(HistoryAnswer {
        messages: entries.iter().map(MessageJson::of).collect(),
        next_before_timestamp: next.map(Instant::millis),
    })
}

impl MessageJson {
    fn of(entry: &TimelineEntry) -> Self {
        let row = &entry.message;
        let notice = TimelineNotice::of(row).map(|said| NoticeJson {
            kind: said.word(),
            number: row.notice_kind.unwrap_or(0),
            about: row.notice_ref.unwrap_or(0),
            words: said.words(),
        });
        Self {
            seq: row.seq,
            sender: row.sender_id.map(|id| id.to_string()),
            server_ts: row.server_ts.millis(),
            text: row.wire.as_deref().map(base64url),
            wire_hash: base64url(&row.wire_hash),
            chain: base64url(&row.chain),
            edits: entry.edits.iter().map(Amendment::of).collect(),
            notice,
        }
    }
}

impl Amendment {
    fn of(row: &Message) -> Self {
        Self {
            seq: row.seq,
            act: row.act,
            server_ts: row.server_ts.millis(),
            text: row.wire.as_deref().map(base64url),
            wire_hash: base64url(&row.wire_hash),
            chain: base64url(&row.chain),
        }
    }
}
