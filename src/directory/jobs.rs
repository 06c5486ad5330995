//! Scheduled work of the directory.

use super::{DirectoryEntry, word_index};
use crate::db::Db;
use crate::error::Result;

/// Brings stale profiles up to date that no visitor's look has reached, and keeps searches quick.
pub async fn refresh_stale(db: Db) -> Result<()> {
    while db.write(|conn, now| DirectoryEntry::refresh_stale(conn, 50, now)).await? == 50 {}
    // in steps, so that others write in between
    while db.write(|conn, _| word_index::merge(conn)).await? {}
    Ok(())
}

/// Entries whose first free time has passed, or has come nearer, are made anew.
pub async fn follow_time(db: Db) -> Result<()> {
    while db.write(|conn, now| DirectoryEntry::mark_changed(conn, 200, now)).await? == 200 {
        refresh_stale(db.clone()).await?;
    }
    refresh_stale(db).await
}
