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
        made_id -> BigInt,
        created_at -> BigInt,
    }
}

/// A form as it was sent: its key, and all that was typed.
#[derive(Debug, Clone, Default)]
pub struct SentForm {
    pub key: String,
    pub body: String,
}

/// What a form can make: a row that is found again by its id.
pub trait CreatedRow: Sized {
    type Id: From<i64> + Into<i64>;

    fn made_id(&self) -> Self::Id;
    fn made_before(conn: &mut Conn, id: Self::Id) -> Result<Self>;
}

const SHAPE: &str = "This form has no valid key. Reload the page and fill it in again.";

impl SentForm {
    /// Does what the form asks for, once: the same form again gives what the first one made. Another
    /// body under a used key is a 409. A form without a key is simply new.
    pub fn once<T: CreatedRow, E: From<Error>>(
        &self,
        conn: &mut Conn,
        user_id: i64,
        now: Instant,
        act: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.key.is_empty() {
            return act(conn);
        }
        if !self.has_key() {
            return Err(Error::conflict(SHAPE).into());
        }
        // whoever sends the same key at the same moment, on whichever node, waits here for this commit
        hold(conn, user_id, &self.key)?;
        match find(conn, user_id, &self.key)? {
            None => {
                let made = act(conn)?;
                self.keep(conn, user_id, made.made_id().into(), now)?;
                Ok(made)
            }
            Some((hash, id)) if hash == self.hash() => Ok(T::made_before(conn, id.into())?),
            Some(_) => {
                Err(Error::conflict("This form was already sent with other answers.").into())
            }
        }
    }

    /// What the same form made, sent before: also where what it was about is there no more. Only a
    /// look; whoever goes on to write goes through [`SentForm::once`].
    pub fn made<T: CreatedRow>(&self, conn: &mut Conn, user_id: i64) -> Result<Option<T>> {
        let before = if self.has_key() { find(conn, user_id, &self.key)? } else { None };
        let same = before.filter(|(hash, _)| *hash == self.hash());
        same.map(|(_, id)| T::made_before(conn, id.into())).transpose()
    }

    fn has_key(&self) -> bool {
        let Self { key, .. } = self;
        key.bytes().all(|byte| byte.is_ascii_alphanumeric()) && (26..=64).contains(&key.len())
    }

    fn hash(&self) -> Vec<u8> {
        seal::sha256(self.body.as_bytes()).to_vec()
    }

    /// Remembers what was made; if another node was first, its work stands and this one rolls back.
    fn keep(&self, conn: &mut Conn, user_id: i64, made_id: i64, now: Instant) -> Result<()> {
        let row = (
            form_keys::user_id.eq(user_id),
            form_keys::key.eq(&self.key),
            form_keys::body_hash.eq(self.hash()),
            form_keys::made_id.eq(made_id),
            form_keys::created_at.eq(now),
        );
        let added = on_either!(conn, |c| diesel::insert_into(form_keys::table)
            .values(&row)
            .on_conflict_do_nothing()
            .execute(c))?;
        if added == 1 { Ok(()) } else { Err(Error::conflict("This form has just been sent.")) }
    }
}

fn find(conn: &mut Conn, user_id: i64, key: &str) -> Result<Option<(Vec<u8>, i64)>> {
    let sent =
        form_keys::table.find((user_id, key)).select((form_keys::body_hash, form_keys::made_id));
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

/// Keys older than 30 days are forgotten.
pub fn forget_old(conn: &mut Conn, now: Instant) -> Result<()> {
    let old = form_keys::table.filter(form_keys::created_at.lt(now - Span::days(30)));
    diesel::delete(old).execute(conn)?;
    Ok(())
}
