//! `/messages/export.json` and `/messages/{conv}/stamp`: one's own rows, sealed as they are kept.

mod body;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Data, Query};
use serde::{Deserialize, Serialize};

use super::keys::KeyLog;
use super::wraps::WrapJson;
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::messaging::{Conversation, ConversationId, KeyWrap, Peer, Stamp, Vault, WrapKind};
use crate::seal::{Seal, base64url};
use crate::users::UserId;
use crate::users::handlers::extract::{Caller, Member};
use crate::web::{Path, json};
use body::ExportBody;

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

impl ExportQuery {
    fn only(&self) -> Result<Option<ConversationId>> {
        match self.conversation.as_str() {
            "" => Ok(None),
            id => Ok(Some(id.parse()?)),
        }
    }
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

/// `GET /messages/export.json`: everything of one's own, row by row as it is read.
pub async fn show(
    (db, seal): (Data<Db>, Data<Seal>),
    Member(viewer): Member,
    query: Query<ExportQuery>,
) -> Result<HttpResponse> {
    let only = query.only()?;
    let reader = viewer.id;
    let read = db.read(move |conn, now| -> Result<_> {
        let talks = match only {
            Some(id) => vec![Conversation::with_member(conn, id, reader)?],
            None => Conversation::all_of(conn, reader)?,
        };
        let wraps = KeyWrap::all(conn, reader, now)?;
        Ok((account(conn, reader, &wraps)?, talks))
    });
    let (account, talks) = read.await?;
    let body = ExportBody::of(db.get_ref().clone(), seal, reader, &account, &talks)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"footing-messages.json\""))
        .insert_header((CACHE_CONTROL, "no-store"))
        .streaming(body.stream()))
}

fn account(conn: &mut Conn, reader: UserId, wraps: &[KeyWrap]) -> Result<Account> {
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
            .filter(|wrap| wrap.kind == WrapKind::Recovery)
            .map(|wrap| WrapJson::of(wrap, false))
            .collect(),
        vault,
    })
}
