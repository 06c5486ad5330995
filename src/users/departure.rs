//! Sessions that ended and people who may not be here any more, for the nodes that hold their
//! sockets. Triggers write the rows, so no way of ending a session can forget them.

use diesel::prelude::*;

use super::schema::departures;
use super::{Session, UserId};
use crate::db::Conn;
use crate::error::Result;

/// One row; without a session all of the person's sockets must close.
#[derive(Debug, Clone)]
pub struct Departure {
    pub id: i64,
    pub user_id: UserId,
    /// Handle of the session.
    pub session: Option<String>,
}

impl Departure {
    /// Numbers are given before the commit, so rows may show a little later than higher ones.
    const OVERLAP: i64 = 200;
    const KEPT: i64 = 10_000;

    pub fn newest(conn: &mut Conn) -> Result<i64> {
        let newest: Option<i64> =
            departures::table.select(diesel::dsl::max(departures::id)).first(conn)?;
        Ok(newest.unwrap_or(0))
    }

    /// Those after a number, and some before it once more: closing twice does nothing.
    pub fn since(conn: &mut Conn, last: i64) -> Result<Vec<Self>> {
        type Row = (i64, UserId, Option<Vec<u8>>);
        let rows: Vec<Row> = departures::table
            .filter(departures::id.gt(last - Self::OVERLAP))
            .order(departures::id)
            .select((departures::id, departures::user_id, departures::key_hash))
            .load(conn)?;
        let read = |(id, user_id, hash): Row| Self {
            id,
            user_id,
            session: hash.map(|hash| Session::handle(&hash)),
        };
        Ok(rows.into_iter().map(read).collect())
    }

    pub fn forget_old(conn: &mut Conn) -> Result<()> {
        let newest = Self::newest(conn)?;
        diesel::delete(departures::table.filter(departures::id.lt(newest - Self::KEPT)))
            .execute(conn)?;
        Ok(())
    }
}
