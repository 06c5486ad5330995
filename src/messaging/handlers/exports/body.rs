//! The conversations of an export, row by row as they are read.

use actix_web::web::{Bytes, Data};
use futures_util::stream::{self, Stream};
use serde::Serialize;

use super::{Account, ExportedStamp};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::messaging::handlers::epochs::EpochAnswer;
use crate::messaging::handlers::keys::KeyLog;
use crate::messaging::wire::Act;
use crate::messaging::{
    Conversation, ConversationId, Epoch, Message, Participant, Peer, Reshare, SealedMessage, Stamp,
};
use crate::seal::{Seal, base64url};
use crate::users::UserId;

/// Rows that are held at once.
const ROWS: i64 = 100;

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
    kind: u8,
    about: String,
}

/// What comes next.
enum ExportStep {
    Head(String),
    Talk { is_first: bool },
    Rows { talk: ConversationId, after: i64, last: i64, cleared: i64 },
    Done,
}

pub struct ExportBody {
    db: Db,
    seal: Data<Seal>,
    reader: UserId,
    /// Those still to come, the next one last.
    talks: Vec<ConversationId>,
    part: ExportStep,
}

impl ExportBody {
    pub fn of(
        db: Db,
        seal: Data<Seal>,
        reader: UserId,
        account: &Account,
        talks: &[Conversation],
    ) -> Result<Self> {
        let head = serde_json::to_string(account).map_err(Error::internal)?;
        let head = head.strip_suffix('}').unwrap_or(&head).to_owned();
        let talks = talks.iter().map(|talk| talk.id).rev().collect();
        Ok(Self { db, seal, reader, talks, part: ExportStep::Head(head) })
    }

    pub fn stream(self) -> impl Stream<Item = Result<Bytes>> {
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
        let rows = self.db.read(move |conn, _| Message::after(conn, talk, after, ROWS)).await?;
        let mut text = String::new();
        let mut reached = last;
        for row in rows.iter().filter(|row| row.seq() <= last) {
            let shown =
                serde_json::to_string(&ExportedRow::of(row, cleared)).map_err(Error::internal)?;
            text.push_str(if row.seq() == 1 { "" } else { ",\n" });
            text.push_str(&shown);
            reached = row.seq();
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
        let (link, sealed) = (row.link(), row.sealed());
        let is_shown = sealed.map_or(link.seq, SealedMessage::meant) > cleared;
        let shown = sealed.filter(|_| is_shown);
        Self {
            seq: link.seq,
            server_ms: link.server_ts.millis(),
            act: sealed.map_or(Act::Message, |row| row.act).number(),
            sender: sealed.map(|row| row.sender_id.to_string()),
            target: sealed.and_then(|row| row.target_seq),
            epoch: sealed.map(|row| row.epoch),
            wire: shown.and_then(|row| row.wire.as_deref()).map(base64url),
            head: shown.map(|row| base64url(&row.head)),
            wire_hash: base64url(&link.wire_hash),
            chain: base64url(&link.chain),
            removed: sealed.is_some_and(SealedMessage::is_removed),
            notice: row
                .notice()
                .map(|notice| ExportedNotice { kind: notice.kind, about: notice.about() }),
        }
    }
}
