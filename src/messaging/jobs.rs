//! Scheduled work of the conversations.

use super::KeyWrap;
use crate::db::Db;
use crate::error::Result;
use crate::users::Departure;

/// Links that ran out, and sessions whose sockets every node has closed long since.
pub async fn forget(db: Db) -> Result<()> {
    db.write(|conn, now| {
        KeyWrap::forget_expired(conn, now)?;
        Departure::forget_old(conn)
    })
    .await
}
