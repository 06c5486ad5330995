//! The few values that a site itself remembers: what its secret is proven by, the key of its pushes.

use diesel::prelude::*;

use super::Conn;
use crate::clock::Instant;
use crate::error::Result;
use crate::on_either;

diesel::table! {
    kept_values (name) {
        name -> Text,
        value -> Binary,
        kept_at -> BigInt,
    }
}

/// One value by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptValue(pub &'static str);

impl KeptValue {
    pub fn find(self, conn: &mut Conn) -> Result<Option<Vec<u8>>> {
        let value = kept_values::table.find(self.0).select(kept_values::value);
        Ok(value.first(conn).optional()?)
    }

    /// The value that stands, which is this one if there was none: of two nodes the first wins.
    pub fn keep_first(self, conn: &mut Conn, value: &[u8], now: Instant) -> Result<Vec<u8>> {
        on_either!(conn, |c| diesel::insert_into(kept_values::table)
            .values((
                kept_values::name.eq(self.0),
                kept_values::value.eq(value),
                kept_values::kept_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(c))?;
        Ok(kept_values::table.find(self.0).select(kept_values::value).first(conn)?)
    }

    pub fn remove(self, conn: &mut Conn) -> Result<()> {
        diesel::delete(kept_values::table.find(self.0)).execute(conn)?;
        Ok(())
    }

    /// The value from now on.
    pub fn replace(self, conn: &mut Conn, value: &[u8], now: Instant) -> Result<()> {
        self.keep_first(conn, value, now)?;
        diesel::update(kept_values::table.find(self.0))
            .set((kept_values::value.eq(value), kept_values::kept_at.eq(now)))
            .execute(conn)?;
        Ok(())
    }
}
