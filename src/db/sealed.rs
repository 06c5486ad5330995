//! Columns that hold sealed values, and how these come under a new secret.
//!
//! Each domain names its own, so that rotating the secret needs to know no domain.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary};

use super::Conn;
use crate::error::Result;
use crate::seal::Seal;

/// A column of sealed bytes in a table whose key is one number.
#[derive(Debug, Clone, Copy)]
pub struct SealedColumn {
    pub table: &'static str,
    pub key: &'static str,
    pub column: &'static str,
    /// What the values are sealed for.
    pub purpose: &'static str,
}

/// What became of a run of rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Key of the last row looked at; none when there was none.
    pub last: Option<i64>,
    pub changed: usize,
    /// Opened by no secret that is known.
    pub unreadable: usize,
}

#[derive(QueryableByName)]
struct SealedRow {
    #[diesel(sql_type = BigInt)]
    key: i64,
    #[diesel(sql_type = Binary)]
    sealed: Vec<u8>,
}

impl SealedColumn {
    /// Seals up to `most` values after a key under the newest secret. What is under it already
    /// stays, so that this can be broken off and begun again.
    pub fn reseal(self, conn: &mut Conn, seal: &Seal, after: i64, most: i64) -> Result<Resealed> {
        let Self { table, key, column, purpose } = self;
        let mut done = Resealed::default();
        for row in self.after(conn, after, most)? {
            done.last = Some(row.key);
            if seal.is_newest(purpose, &row.sealed) {
                continue;
            }
            let Ok(plain) = seal.open(purpose, &row.sealed) else {
                done.unreadable += 1;
                continue;
            };
            // whoever changed it meanwhile has sealed it anew
            let text =
                format!("UPDATE {table} SET {column} = $1 WHERE {key} = $2 AND {column} = $3");
            done.changed += diesel::sql_query(text)
                .bind::<Binary, _>(seal.seal(purpose, &plain)?)
                .bind::<BigInt, _>(row.key)
                .bind::<Binary, _>(row.sealed)
                .execute(conn)?;
        }
        Ok(done)
    }

    /// Whether the known secrets open the newest value; `None` when there is no value.
    pub fn opens_newest(self, conn: &mut Conn, seal: &Seal) -> Result<Option<bool>> {
        let Self { table, key, column, purpose } = self;
        let text = format!(
            "SELECT {key} AS key, {column} AS sealed FROM {table} \
             WHERE {column} IS NOT NULL ORDER BY {key} DESC LIMIT 1"
        );
        let newest: Option<SealedRow> = diesel::sql_query(text).get_result(conn).optional()?;
        Ok(newest.map(|row| seal.open(purpose, &row.sealed).is_ok()))
    }

    fn after(self, conn: &mut Conn, after: i64, most: i64) -> Result<Vec<SealedRow>> {
        let Self { table, key, column, .. } = self;
        let text = format!(
            "SELECT {key} AS key, {column} AS sealed FROM {table} \
             WHERE {key} > $1 AND {column} IS NOT NULL ORDER BY {key} LIMIT $2"
        );
        let rows = diesel::sql_query(text).bind::<BigInt, _>(after).bind::<BigInt, _>(most);
        Ok(rows.load(conn)?)
    }
}
