//! Scheduled work of the directory.

use super::Entry;
use crate::db::Db;
use crate::error::Result;

/// Brings stale profiles up to date that no visitor's look has reached.
pub async fn refresh_stale(db: Db) -> Result<()> {
    while db.write(|conn, now| Entry::refresh_stale(conn, 50, now)).await? == 50 {}
    Ok(())
}

/// Entries whose first free time has passed, or has come nearer, are made anew.
pub async fn follow_time(db: Db) -> Result<()> {
    while db.write(|conn, now| Entry::mark_changed(conn, 200, now)).await? == 200 {
        refresh_stale(db.clone()).await?;
    }
    refresh_stale(db).await
}
