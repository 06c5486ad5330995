//! `/messages/export.json` and `/messages/{conv}/stamp`: one's own rows, sealed as they are kept.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Bytes, Data, Query};
use futures_util::stream::{self, Stream};
use serde::{Deserialize, Serialize};

use super::epochs::EpochAnswer;
use super::keys::KeyLog;
use super::wraps::WrapJson;
use crate::clock::Instant;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::messaging::{
    Conversation, ConversationId, Epoch, KeyWrap, Message, Participant, Peer, Reshare, Stamp,
    Vault, WrapKind,
};
use crate::seal::{Seal, base64url};
use crate::users::UserId;
use crate::users::handlers::extract::{Caller, Member};
use crate::web::{Path, json};

/// Rows that are held at once.
const ROWS: i64 = 100;

#[derive(Serialize)]
struct ExportedStamp {
    last_seq: i64,
    chain: String,
    now_ms: i64,
    stamp: String,
}

impl ExportedStamp {
    fn of(stamp: &Stamp) -> Self {
        Self {
            last_seq: stamp.last_seq,
            chain: base64url(&stamp.chain),
            now_ms: stamp.now_ms,
            stamp: base64url(&stamp.hash),
        }
    }
}

/// `GET /messages/{conv}/stamp`.
pub async fn stamp(
    (db, seal): (Data<Db>, Data<Seal>),
    Caller(viewer): Caller,
    id: Path<ConversationId>,
) -> Result<HttpResponse> {
    let id = *id;
    let stamp = db.read(move |conn, now| -> Result<_> {
        Ok(Stamp::of(&seal, &Conversation::of(conn, id, &viewer)?, now))
    });
    Ok(json(StatusCode::OK, &ExportedStamp::of(&stamp.await?)))
}

/// One conversation alone, or all.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ExportQuery {
    conversation: String,
}

#[derive(Serialize)]
struct Account {
    format: &'static str,
    user: String,
    name: String,
    log: KeyLog,
    /// What opens with a recovery code.
    wraps: Vec<WrapJson>,
    vault: Option<SealedVault>,
}

#[derive(Serialize)]
struct SealedVault {
    version: i64,
    ik_id: String,
    nonce: String,
    ct: String,
}

#[derive(Serialize)]
struct ExportedConversation {
    conversation: String,
    peer: String,
    peer_name: String,
    peer_log: KeyLog,
    epochs: Vec<EpochAnswer>,
    /// Up to here its reader cleared the page: rows without what they say.
    cleared: i64,
    stamp: ExportedStamp,
}

#[derive(Serialize)]
struct ExportedRow {
    seq: i64,
    server_ms: i64,
    act: i16,
    sender: Option<String>,
    target: Option<i64>,
    epoch: Option<i32>,
    wire: Option<String>,
    head: Option<String>,
    wire_hash: String,
    chain: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    removed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<ExportedNotice>,
}

#[derive(Serialize)]
struct ExportedNotice {
    kind: i16,
    about: String,
}

/// `GET /messages/export.json`: everything of one's own, row by row as it is read.
pub async fn show(
    (db, seal): (Data<Db>, Data<Seal>),
    Member(viewer): Member,
    query: Query<ExportQuery>,
) -> Result<HttpResponse> {
    let only: Option<ConversationId> = match query.conversation.as_str() {
        "" => None,
        id => Some(id.parse()?),
    };
    let reader = viewer.id;
    let (account, talks) = db
        .read(move |conn, now| {
            let talks = match only {
                Some(id) => vec![Conversation::with_member(conn, id, reader)?],
                None => Conversation::all_of(conn, reader)?,
            };
            Ok::<_, Error>((account(conn, reader, now)?, talks))
        })
        .await?;
    let head = serde_json::to_string(&account).map_err(Error::internal)?;
    let head = head.strip_suffix('}').unwrap_or(&head).to_owned();
    let talks = talks.into_iter().map(|talk| talk.id).rev().collect();
    let db = db.get_ref().clone();
    let body = ExportBody { db, seal, reader, talks, part: ExportStep::Head(head) };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"footing-messages.json\""))
        .insert_header((CACHE_CONTROL, "no-store"))
        .streaming(body.stream()))
}

fn account(conn: &mut Conn, reader: UserId, now: Instant) -> Result<Account> {
    let wraps = KeyWrap::all(conn, reader, now)?;
    let vault = Vault::find(conn, reader)?.map(|vault| SealedVault {
        version: vault.version,
        ik_id: base64url(&vault.ik_id),
        nonce: base64url(&vault.nonce),
        ct: base64url(&vault.ct),
    });
    Ok(Account {
        format: "footing-messages/1",
        user: reader.to_string(),
        name: Peer::by_id(conn, reader)?.name,
        log: KeyLog::of(conn, reader)?,
        wraps: wraps
            .iter()
            .filter(|wrap| wrap.which() == WrapKind::Recovery)
            .map(|wrap| WrapJson::of(wrap, false))
            .collect(),
        vault,
    })
}

/// What comes next.
enum ExportStep {
    Head(String),
    Talk { is_first: bool },
    Rows { talk: ConversationId, after: i64, last: i64, cleared: i64 },
    Done,
}

struct ExportBody {
    db: Db,
    seal: Data<Seal>,
    reader: UserId,
    /// Those still to come, the next one last.
    talks: Vec<ConversationId>,
    part: ExportStep,
}

impl ExportBody {
    fn stream(self) -> impl Stream<Item = Result<Bytes>> {
        stream::try_unfold(self, |mut body| async move {
            let text = body.next().await?;
            Ok(text.map(|text| (Bytes::from(text), body)))
        })
    }

    async fn next(&mut self) -> Result<Option<String>> {
        match std::mem::replace(&mut self.part, ExportStep::Done) {
            ExportStep::Head(head) => {
                self.part = ExportStep::Talk { is_first: true };
                Ok(Some(format!("{head},\"conversations\":[\n")))
            }
            ExportStep::Talk { is_first } => match self.talks.pop() {
                None => Ok(Some("]}\n".to_owned())),
                Some(talk) => self.begin(talk, is_first).await.map(Some),
            },
            ExportStep::Rows { talk, after, last, cleared } => {
                self.rows((talk, cleared), after, last).await.map(Some)
            }
            ExportStep::Done => Ok(None),
        }
    }

    async fn begin(&mut self, id: ConversationId, is_first: bool) -> Result<String> {
        let (reader, seal) = (self.reader, self.seal.clone());
        let begun = self.db.read(move |conn, now| {
            let talk = Conversation::with_member(conn, id, reader)?;
            let peer = Peer::by_id(conn, talk.other(reader))?;
            let numbers: Vec<i32> = (1..=talk.current_epoch).collect();
            let again = Reshare::available(conn, id, &numbers, (reader, now))?;
            Ok::<_, Error>(ExportedConversation {
                conversation: id.to_string(),
                peer: peer.id.to_string(),
                peer_log: KeyLog::of(conn, peer.id)?,
                peer_name: peer.name,
                epochs: Epoch::among(conn, id, &numbers)?
                    .iter()
                    .map(|one| {
                        EpochAnswer::of(one).with(again.iter().rfind(|r| r.epoch == one.epoch))
                    })
                    .collect(),
                cleared: Participant::of(conn, id, reader)?.cleared_seq,
                stamp: ExportedStamp::of(&Stamp::of(&seal, &talk, now)),
            })
        });
        let begun = begun.await?;
        let text = serde_json::to_string(&begun).map_err(Error::internal)?;
        let text = text.strip_suffix('}').unwrap_or(&text);
        let (last, cleared) = (begun.stamp.last_seq, begun.cleared);
        self.part = ExportStep::Rows { talk: id, after: 0, last, cleared };
        Ok(format!("{}{text},\"rows\":[\n", if is_first { "" } else { ",\n" }))
    }

    async fn rows(
        &mut self,
        (talk, cleared): (ConversationId, i64),
        after: i64,
        last: i64,
    ) -> Result<String> {
        let rows = self.db.read(move |conn, _| Message::following(conn, talk, after, ROWS)).await?;
        let mut text = String::new();
        let mut reached = last;
        for row in rows.iter().filter(|row| row.seq <= last) {
            let shown =
                serde_json::to_string(&ExportedRow::of(row, cleared)).map_err(Error::internal)?;
            text.push_str(if row.seq == 1 { "" } else { ",\n" });
            text.push_str(&shown);
            reached = row.seq;
        }
        if rows.is_empty() || reached >= last {
            text.push_str("\n]}");
            self.part = ExportStep::Talk { is_first: false };
        } else {
            self.part = ExportStep::Rows { talk, after: reached, last, cleared };
        }
        Ok(text)
    }
}

impl ExportedRow {
    fn of(row: &Message, cleared: i64) -> Self {
        let is_shown = row.meant() > cleared;
        let text = |bytes: &Option<Vec<u8>>| bytes.as_deref().filter(|_| is_shown).map(base64url);
        Self {
            seq: row.seq,
            server_ms: row.server_ts.millis(),
            act: row.act,
            sender: row.sender_id.map(|id| id.to_string()),
            target: row.target_seq,
            epoch: row.epoch,
            wire: text(&row.wire),
            head: text(&row.head),
            wire_hash: base64url(&row.wire_hash),
            chain: base64url(&row.chain),
            removed: row.removed_by.is_some(),
            notice: row.notice_kind.map(|kind| ExportedNotice {
                kind,
                about: ConversationId(row.notice_ref.unwrap_or(0)).to_string(),
            }),
        }
    }
}
