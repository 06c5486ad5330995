//! The index of words on SQLite, a table of its own. PostgreSQL keeps an index of `entries`, and
//! nothing here has anything to do.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::expression::Expression;
use crate::db::Conn;
use crate::error::Result;

pub fn put(conn: &mut Conn, rank: i64, tokens: &str) -> Result<()> {
    if let Conn::Sqlite(sqlite) = conn {
        diesel::sql_query("INSERT INTO entry_words (rowid, tokens) VALUES ($1, $2)")
            .bind::<BigInt, _>(rank)
            .bind::<Text, _>(tokens)
            .execute(sqlite)?;
    }
    Ok(())
}

pub fn remove(conn: &mut Conn, rank: i64) -> Result<()> {
    if let Conn::Sqlite(sqlite) = conn {
        diesel::sql_query("DELETE FROM entry_words WHERE rowid = $1")
            .bind::<BigInt, _>(rank)
            .execute(sqlite)?;
    }
    Ok(())
}

/// Whether any entry has a word.
pub fn holds(conn: &mut Conn, word: &str) -> Result<bool> {
    let asked = Expression::Whole(word.to_owned());
    let found: Option<IndexHit> = match conn {
        Conn::Sqlite(sqlite) => {
            diesel::sql_query("SELECT 1 AS n FROM entry_words WHERE entry_words MATCH $1 LIMIT 1")
                .bind::<Text, _>(asked.fts5())
                .get_result(sqlite)
                .optional()?
        }
        Conn::Postgres(postgres) => diesel::sql_query(
            "SELECT 1::bigint AS n FROM entries e WHERE e.vector @@ ($1::text)::tsquery LIMIT 1",
        )
        .bind::<Text, _>(asked.tsquery())
        .get_result(postgres)
        .optional()?,
    };
    Ok(found.is_some())
}

#[derive(QueryableByName)]
struct IndexHit {
    #[diesel(sql_type = BigInt)]
    #[expect(dead_code, reason = "that there is one is the answer")]
    n: i64,
}

#[derive(QueryableByName)]
struct Changed {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Joins some of the pieces that each change leaves behind; whether there may be more to join. A
/// search looks into every piece, and left alone there are up to twenty.
pub fn merge(conn: &mut Conn) -> Result<bool> {
    let Conn::Sqlite(sqlite) = conn else { return Ok(false) };
    let changed = |c: &mut SqliteConnection| -> Result<i64> {
        Ok(diesel::sql_query("SELECT total_changes() AS n").get_result::<Changed>(c)?.n)
    };
    let before = changed(sqlite)?;
    diesel::sql_query("INSERT INTO entry_words (entry_words, rank) VALUES ('merge', 64)")
        .execute(sqlite)?;
    // the command itself counts as one
    Ok(changed(sqlite)? - before >= 2)
}
