//! Later and scheduled work of the conversations.

use super::{Blob, BlobId, KeyWrap};
use crate::blobs::Blobs;
use crate::db::Db;
use crate::error::Result;
use crate::jobs::Kind;
use crate::users::Departure;

/// Removes what is kept of a file whose row is gone.
pub const REMOVE_BLOB: Kind<BlobId> = Kind::new("messaging.remove-blob");

pub async fn remove_blob(blobs: Blobs, id: BlobId) -> Result<()> {
    for key in Blob::all_keys(id) {
        blobs.remove(&key).await?;
    }
    Ok(())
}

/// Removes files that waited a day for their message.
pub async fn remove_unsent(db: Db) -> Result<()> {
    db.write(|conn, now| Blob::remove_unsent(conn, now, 500)).await
}

/// Links that ran out, and sessions whose sockets every node has closed long since.
pub async fn forget(db: Db) -> Result<()> {
    db.write(|conn, now| {
        KeyWrap::forget_expired(conn, now)?;
        Departure::forget_old(conn)
    })
    .await
}
