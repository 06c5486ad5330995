//! Tries on an address, counted whether or not anybody has it: known and unknown cost the same.

use diesel::prelude::*;

use super::Email;
use super::schema::attempts;
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::Result;
use crate::{on_either, seal};

crate::word_enum! {
    Attempt { Password => "password", Reset => "reset" }
}

impl Attempt {
    /// Wrong passwords in a row after which browsers that never signed in need the mailed reset.
    pub const MOST: i32 = 100;
    const KEPT: Span = Span::days(30);

    /// Counts one more.
    pub fn count(self, conn: &mut Conn, email: &Email, now: Instant) -> Result<()> {
        let row = (
            attempts::address_hash.eq(hash(email)),
            attempts::kind.eq(self),
            attempts::tries.eq(1),
            attempts::last_at.eq(now),
        );
        on_either!(conn, |c| diesel::insert_into(attempts::table)
            .values(&row)
            .on_conflict((attempts::address_hash, attempts::kind))
            .do_update()
            .set((attempts::tries.eq(attempts::tries + 1), attempts::last_at.eq(now)))
            .execute(c))?;
        Ok(())
    }

    pub fn so_far(self, conn: &mut Conn, email: &Email) -> Result<i32> {
        let found = attempts::table.find((hash(email), self)).select(attempts::tries).first(conn);
        Ok(found.optional()?.unwrap_or(0))
    }

    pub fn forget(self, conn: &mut Conn, email: &Email) -> Result<()> {
        diesel::delete(attempts::table.find((hash(email), self))).execute(conn)?;
        Ok(())
    }

    pub fn forget_old(conn: &mut Conn, now: Instant) -> Result<()> {
        let old = attempts::table.filter(attempts::last_at.lt(now - Self::KEPT));
        diesel::delete(old).execute(conn)?;
        Ok(())
    }
}

/// The table names no address.
fn hash(email: &Email) -> Vec<u8> {
    seal::sha256(email.key.as_bytes()).to_vec()
}
