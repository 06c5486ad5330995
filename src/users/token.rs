//! Links that were mailed: 32 random bytes, kept as their SHA-256, good once and for a while.

use diesel::prelude::*;

use super::schema::tokens;
use super::sign_up::Continuation;
use super::{User, UserId};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::seal;

crate::word_enum! {
    Purpose { Verify => "verify", Reset => "reset" }
}

impl Purpose {
    pub fn lasts(self) -> Span {
        match self {
            Self::Verify => Span::hours(24),
            Self::Reset => Span::minutes(30),
        }
    }
}

pub struct Token;

impl Token {
    /// Makes a token; an older one for the same purpose stops working where it is for a reset.
    pub fn make(conn: &mut Conn, user: UserId, purpose: Purpose, now: Instant) -> Result<String> {
        if purpose == Purpose::Reset {
            Self::forget(conn, user, purpose)?;
        }
        let token = seal::token();
        diesel::insert_into(tokens::table)
            .values((
                tokens::hash.eq(seal::token_hash(&token)),
                tokens::user_id.eq(user),
                tokens::purpose.eq(purpose),
                tokens::created_at.eq(now),
                tokens::expires_at.eq(now + purpose.lasts()),
            ))
            .execute(conn)?;
        Ok(token)
    }

    /// Whose token it is, if it still works.
    pub fn owner(conn: &mut Conn, token: &str, purpose: Purpose, now: Instant) -> Result<User> {
        Self::owner_by_hash(conn, &seal::token_hash(token), purpose, now)
    }

    pub fn owner_by_hash(
        conn: &mut Conn,
        hash: &[u8],
        purpose: Purpose,
        now: Instant,
    ) -> Result<User> {
        let id: UserId = tokens::table
            .find(hash)
            .filter(tokens::purpose.eq(purpose).and(tokens::expires_at.gt(now)))
            .select(tokens::user_id)
            .first(conn)?;
        User::by_id(conn, id)
    }

    /// What it brings back with it.
    pub fn carried(conn: &mut Conn, seal: &seal::Seal, hash: &[u8]) -> Result<Continuation> {
        let sealed: Option<Option<Vec<u8>>> =
            tokens::table.find(hash).select(tokens::carried).first(conn).optional()?;
        Ok(sealed
            .flatten()
            .and_then(|sealed| Continuation::open(seal, &sealed))
            .unwrap_or_default())
    }

    /// Uses it up; of two at once one wins, the other finds nothing.
    pub fn spend(conn: &mut Conn, hash: &[u8], purpose: Purpose, now: Instant) -> Result<()> {
        let good = tokens::table
            .find(hash)
            .filter(tokens::purpose.eq(purpose).and(tokens::expires_at.gt(now)));
        if diesel::delete(good).execute(conn)? == 1 { Ok(()) } else { Err(Error::NotFound) }
    }

    pub fn forget(conn: &mut Conn, user: UserId, purpose: Purpose) -> Result<()> {
        let old = tokens::table.filter(tokens::user_id.eq(user).and(tokens::purpose.eq(purpose)));
        diesel::delete(old).execute(conn)?;
        Ok(())
    }

    pub fn forget_expired(conn: &mut Conn, now: Instant) -> Result<()> {
        diesel::delete(tokens::table.filter(tokens::expires_at.le(now))).execute(conn)?;
        Ok(())
    }
}
