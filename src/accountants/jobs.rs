//! Later work of the profiles.

use super::{Accountant, Photo};
use crate::blobs::Blobs;
use crate::db::Db;
use crate::error::Result;
use crate::jobs::Kind;
use crate::users::User;

/// Removes the files of a photograph that was replaced.
pub const REMOVE_PHOTO: Kind<String> = Kind::new("accountants.remove-photo");

pub async fn remove_photo(blobs: Blobs, key: String) -> Result<()> {
    Photo { key }.remove(&blobs).await
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
