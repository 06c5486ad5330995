//! Ten codes that let somebody in whose app is lost, each of them once.

use data_encoding::BASE32_NOPAD;
use diesel::prelude::*;

use super::schema::recovery_codes;
use super::{Letters, User, UserId};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::mail::Mail;
use crate::seal::{self, Seal};

const CODES: &str = "footing/recovery/v1";

pub struct RecoveryCodes;

impl RecoveryCodes {
    /// Ten new codes of 50 bits; the old ones stop working.
    pub fn renew(conn: &mut Conn, seal: &Seal, user: UserId) -> Result<Vec<String>> {
        Self::remove(conn, user)?;
        let codes: Vec<String> = (0..10)
            .map(|_| BASE32_NOPAD.encode(&seal::random::<7>()).chars().take(10).collect())
            .collect();
        for code in &codes {
            let hash = seal.hash(CODES, message(user, code).as_bytes()).to_vec();
            diesel::insert_into(recovery_codes::table)
                .values((
                    recovery_codes::user_id.eq(user),
                    recovery_codes::hash.eq(hash),
                    recovery_codes::secret_mark.eq(Some(seal.mark())),
                ))
                .execute(conn)?;
        }
        Ok(codes)
    }

    /// How many people hold recovery codes that were not made under the secret of this mark.
    pub fn people_with_older(conn: &mut Conn, mark: &[u8]) -> Result<usize> {
        let older = recovery_codes::secret_mark.is_null().or(recovery_codes::secret_mark.ne(mark));
        let older = recovery_codes::table.filter(older.assume_not_null());
        let people: Vec<UserId> = older.select(recovery_codes::user_id).distinct().load(conn)?;
        Ok(people.len())
    }

    pub fn left(conn: &mut Conn, user: UserId) -> Result<i64> {
        let left = recovery_codes::table.filter(recovery_codes::user_id.eq(user));
        Ok(left.count().get_result(conn)?)
    }

    /// Whether this is an unused code of somebody who signs in with two steps. Uses it up, and tells
    /// its owner.
    pub fn use_up(
        conn: &mut Conn,
        seal: &Seal,
        mail: &Mail,
        user: &User,
        typed: &str,
        now: Instant,
    ) -> Result<bool> {
        if user.totp_on_at.is_none() {
            return Ok(false);
        }
        let code: String = typed.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        let message = message(user.id, &code.to_ascii_uppercase());
        let hashes = seal.hashes(CODES, message.as_bytes()).into_iter().map(Vec::from);
        let found = recovery_codes::table
            .filter(recovery_codes::user_id.eq(user.id))
            .filter(recovery_codes::hash.eq_any(hashes.collect::<Vec<_>>()));
        let was_unused = diesel::delete(found).execute(conn)? == 1;
        if was_unused {
            Letters(mail).recovery_code_used(conn, user, now)?;
        }
        Ok(was_unused)
    }

    pub fn remove(conn: &mut Conn, user: UserId) -> Result<()> {
        diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user)))
            .execute(conn)?;
        Ok(())
    }
}

fn message(user: UserId, code: &str) -> String {
    format!("{user}.{code}")
}
