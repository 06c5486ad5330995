//! Marks: whose entry in the directory no longer shows what is true.
//!
//! Any domain marks in the transaction of its change; the directory reads and clears them.

use diesel::prelude::*;

use super::UserId;
use super::schema::stale_profiles;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::on_either;

pub struct Stale;

impl Stale {
    pub fn mark(conn: &mut Conn, id: UserId, now: Instant) -> Result<()> {
        let row = (stale_profiles::user_id.eq(id), stale_profiles::since.eq(now));
        on_either!(conn, |c| diesel::insert_into(stale_profiles::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(c))?;
        Ok(())
    }

    pub fn exist(conn: &mut Conn) -> Result<bool> {
        let first: Option<i64> =
            stale_profiles::table.select(stale_profiles::user_id).first(conn).optional()?;
        Ok(first.is_some())
    }

    /// Takes up to `most` marks away; the caller brings those profiles up to date in the same
    /// transaction. A mark set meanwhile waits for this commit and then stands anew.
    pub fn take(conn: &mut Conn, most: i64) -> Result<Vec<UserId>> {
        let oldest = stale_profiles::table.order(stale_profiles::since).limit(most);
        let ids: Vec<UserId> = match conn {
            Conn::Sqlite(c) => oldest.select(stale_profiles::user_id).load(c)?,
            Conn::Postgres(c) => {
                oldest.select(stale_profiles::user_id).for_update().skip_locked().load(c)?
            }
        };
        let taken = stale_profiles::table.filter(stale_profiles::user_id.eq_any(ids.clone()));
        diesel::delete(taken).execute(conn)?;
        Ok(ids)
    }
}
