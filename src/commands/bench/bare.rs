//! The smallest durable write: rows of bytes in a table without indexes, through the same queue
//! and the same connections as everything else.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::table;

use crate::db::{Conn, Db};
use crate::error::Result;
use crate::on_either;

// outside the schema: only a bench makes it
table! {
    bare (id) {
        id -> BigInt,
        body -> Binary,
    }
}

/// What a booking of a service on request leaves: itself, what was agreed, its event, the notice,
/// the mail, its job, the key of the form and the mark for the directory, each about as long.
pub const ALIKE: [usize; 8] = [260, 320, 60, 220, 1100, 90, 120, 16];

pub fn make(conn: &mut Conn) -> Result<()> {
    let sql = match conn {
        Conn::Sqlite(_) => {
            "CREATE TABLE bare (id INTEGER NOT NULL PRIMARY KEY, body BLOB NOT NULL)"
        }
        Conn::Postgres(_) => {
            "CREATE TABLE bare (id BIGINT NOT NULL PRIMARY KEY, body BYTEA NOT NULL)"
        }
    };
    Ok(conn.batch_execute(sql)?)
}

pub fn drop(conn: &mut Conn) -> Result<()> {
    Ok(conn.batch_execute("DROP TABLE bare")?)
}

/// One commit of rows as long as these.
pub async fn write(db: &Db, number: usize, lengths: &'static [usize]) -> Result<()> {
    let first = i64::try_from(number * lengths.len()).unwrap_or(0);
    db.write(move |conn, _| {
        for (id, length) in (first..).zip(lengths) {
            let row = (bare::id.eq(id), bare::body.eq(vec![7_u8; *length]));
            on_either!(conn, |c| diesel::insert_into(bare::table).values(row).execute(c))?;
        }
        Ok(())
    })
    .await
}
