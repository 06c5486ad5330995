//! Scheduled work of the directory.

use super::Entry;
use crate::db::Db;
use crate::error::Result;

/// Brings stale profiles up to date that no visitor's look has reached.
pub async fn refresh_stale(db: Db) -> Result<()> {
    while db.write(|conn, _| Entry::refresh_stale(conn, 50)).await? == 50 {}
    Ok(())
}
