//! Later work of the profiles.

use super::{Accountant, Photo};
use crate::blobs::Blobs;
use crate::db::Db;
use crate::error::Result;
use crate::jobs::JobKind;
use crate::users::User;

/// Removes the files of a photograph that was replaced, unless another profile shows it too.
pub const REMOVE_PHOTO: JobKind<String> = JobKind::new("accountants.remove-photo");

/// Removes the file of evidence that no row names any more.
pub const REMOVE_EVIDENCE: JobKind<String> = JobKind::new("accountants.remove-evidence");

pub async fn remove_evidence(blobs: Blobs, blob: String) -> Result<()> {
    blobs.remove(&blob).await
}

pub async fn remove_photo(db: Db, blobs: Blobs, key: String) -> Result<()> {
    let photo = Photo { key };
    let wanted = photo.clone();
    if db.read(move |conn, _| Accountant::has_photo(conn, &wanted)).await? {
        return Ok(());
    }
    photo.remove(&blobs).await
}

/// Removes accounts that were not verified within seven days, profiles included.
pub async fn remove_unverified(db: Db) -> Result<()> {
    db.write(|conn, now| {
        for id in User::overdue(conn, now, 100)? {
            Accountant::remove(conn, id)?;
            User::remove_unverified(conn, id)?;
        }
        Ok(())
    })
    .await
}
