//! Forms that create something carry a key, so that sending one twice creates one thing.

use diesel::prelude::*;

use crate::clock::{Instant, Span};
use crate::db::{Conn, PreparedLookup};
use crate::error::{Error, Result};
use crate::{on_either, seal};

diesel::table! {
    form_keys (user_id, key) {
        user_id -> BigInt,
        key -> Text,
        body_hash -> Binary,
        result -> Text,
        created_at -> BigInt,
    }
}

/// What came of a form that was sent before with this key.
enum EarlierForm {
    /// Never: go on, then keep the result.
    New,
    /// The same form: show its result again.
    Before(String),
}

const SHAPE: &str = "This form has no valid key. Reload the page and fill it in again.";

/// Looks the key up inside the writing transaction. Another body under a used key is a 409. Whoever
/// sends the same key at the same moment, on whichever node, waits here for this commit.
fn look(conn: &mut Conn, user_id: i64, key: &str, body: &str) -> Result<EarlierForm> {
    if !is_key(key) {
        return Err(Error::conflict(SHAPE));
    }
    hold(conn, user_id, key)?;
    match find(conn, user_id, key)? {
        None => Ok(EarlierForm::New),
        Some((hash, result)) if hash == seal::sha256(body.as_bytes()) => {
            Ok(EarlierForm::Before(result))
        }
        Some(_) => Err(Error::conflict("This form was already sent with other answers.")),
    }
}

fn is_key(key: &str) -> bool {
    key.bytes().all(|byte| byte.is_ascii_alphanumeric()) && (26..=64).contains(&key.len())
}

/// Does what a form asks for, once: the same form again gives the first one's result. A form without
/// a key is simply new.
pub fn once<E: From<Error>>(
    conn: &mut Conn,
    user_id: i64,
    (key, body): (&str, &str),
    now: Instant,
    act: impl FnOnce(&mut Conn) -> Result<String, E>,
) -> Result<String, E> {
    if key.is_empty() {
        return act(conn);
    }
    if let EarlierForm::Before(path) = look(conn, user_id, key, body)? {
        return Ok(path);
    }
    let path = act(conn)?;
    keep(conn, user_id, key, body, &path, now)?;
    Ok(path)
}

/// The result of the same form, sent before: also where what it was about is there no more. Only a
/// look; whoever goes on to write goes through [`once`].
pub fn result(conn: &mut Conn, user_id: i64, key: &str, body: &str) -> Result<Option<String>> {
    let before = if is_key(key) { find(conn, user_id, key)? } else { None };
    let same = before.filter(|(hash, _)| *hash == seal::sha256(body.as_bytes()));
    Ok(same.map(|(_, result)| result))
}

fn find(conn: &mut Conn, user_id: i64, key: &str) -> Result<Option<(Vec<u8>, String)>> {
    let sent =
        form_keys::table.find((user_id, key)).select((form_keys::body_hash, form_keys::result));
    Ok(on_either!(conn, |c| sent.first(c)).optional()?)
}

/// SQLite's writer is alone and needs nothing.
fn hold(conn: &mut Conn, user_id: i64, key: &str) -> Result<()> {
    let Conn::Postgres(postgres) = conn else { return Ok(()) };
    let [a, b, c, d, e, f, g, h, ..] = seal::sha256(format!("{user_id}.{key}").as_bytes());
    let number = i64::from_be_bytes([a, b, c, d, e, f, g, h]);
    PreparedLookup { before: &["SELECT pg_advisory_xact_lock("], number, after: ")" }
        .execute(postgres)?;
    Ok(())
}

/// Remembers the result; if another node was first, its work stands and this one rolls back.
fn keep(
    conn: &mut Conn,
    user_id: i64,
    key: &str,
    body: &str,
    result: &str,
    now: Instant,
) -> Result<()> {
    let row = (
        form_keys::user_id.eq(user_id),
        form_keys::key.eq(key),
        form_keys::body_hash.eq(seal::sha256(body.as_bytes()).to_vec()),
        form_keys::result.eq(result),
        form_keys::created_at.eq(now),
    );
    let added = on_either!(conn, |c| diesel::insert_into(form_keys::table)
        .values(&row)
        .on_conflict_do_nothing()
        .execute(c))?;
    if added == 1 { Ok(()) } else { Err(Error::conflict("This form has just been sent.")) }
}

/// Keys older than 30 days are forgotten.
pub fn forget_old(conn: &mut Conn, now: Instant) -> Result<()> {
    let old = form_keys::table.filter(form_keys::created_at.lt(now - Span::days(30)));
    diesel::delete(old).execute(conn)?;
    Ok(())
}
