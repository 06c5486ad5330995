//! Which profiles the sitemap names. Reads only.

use diesel::prelude::*;

use super::schema::entries;
use super::{Card, DirectoryEntry};
use crate::accountants::schema::accountants;
use crate::clock::Instant;
use crate::db::{Conn, PreparedCondition};
use crate::error::Result;
use crate::listings::complete::{COMPLETE, VISIBLE};
use crate::users::schema::users;

impl DirectoryEntry {
    /// Slugs and dates of one file of the sitemap: the entries numbered after `from` up to `to` whose
    /// profile is listed now.
    pub fn sitemap(conn: &mut Conn, from: i64, to: i64) -> Result<Vec<(String, Instant)>> {
        let rows: Vec<(String, Instant)> = entries::table
            .inner_join(accountants::table.on(accountants::user_id.eq(entries::user_id)))
            .inner_join(users::table.on(users::id.eq(entries::user_id)))
            .filter(entries::seq.gt(from).and(entries::seq.le(to)))
            .filter(PreparedCondition(COMPLETE).and(PreparedCondition(VISIBLE)))
            .order(entries::seq)
            .select((entries::card, entries::changed_at))
            .load(conn)?;
        Ok(rows
            .into_iter()
            .filter_map(|(card, at)| Some((serde_json::from_str::<Card>(&card).ok()?.slug, at)))
            .collect())
    }
}
