//! What happens later: restrictions end on time, what rules point at gets its case, files of reported
//! messages are looked at, and what a report showed is deleted when nobody can object any more.

use super::evidence::{FileState, ReportItem, ReportItemId};
use super::{Case, check, restriction, retention, words};
use crate::blobs::Blobs;
use crate::db::Db;
use crate::decisions::Decision;
use crate::error::{Error, Result};
use crate::jobs::JobKind;
use crate::mail::Mail;
use crate::messaging::Blob;
use crate::seal::Seal;

/// Looks whether the files of a reported message are those that it promised.
pub const CHECK_FILES: JobKind<ReportItemId> = JobKind::new("moderation.check-files");

pub async fn lapse(db: Db, mail: Mail) -> Result<()> {
    for decision in db.read(Decision::overdue).await? {
        let (mail, id) = (mail.clone(), decision.id);
        let ended = db.write(move |conn, now| restriction::lapse(conn, &mail, &decision, now));
        // one that cannot be ended holds up no other
        if let Err(error) = ended.await {
            tracing::error!(%error, %id, "a restriction did not end");
        }
    }
    Ok(())
}

pub async fn take_in(db: Db) -> Result<()> {
    db.write(Case::take_in).await.map(drop)
}

/// The body of [`CHECK_FILES`]. Again comes to the same.
pub async fn check_files(db: Db, blobs: Blobs, seal: Seal, id: ReportItemId) -> Result<()> {
    let found = db.read(move |conn, _| {
        let item = ReportItem::by_id(conn, id)?;
        let kept = Blob::brought_by(conn, item.conversation_id, item.seq)?;
        Ok::<_, Error>((item, kept))
    });
    let (item, kept) = found.await?;
    let Some(payload) = item.payload(&seal)? else { return Ok(()) };
    for (idx, file) in (0_i32..).zip(words::of(&payload).files) {
        let state = match &file.promised {
            None => FileState::Differs,
            Some(promised) => match kept.iter().find(|blob| blob.id == promised.id) {
                None => FileState::Gone,
                Some(blob) => state_of(promised.is_kept(&blobs, blob).await)?,
            },
        };
        let item = item.clone();
        db.write(move |conn, _| item.note_file(conn, idx, state)).await?;
    }
    Ok(())
}

fn state_of(looked: Result<bool>) -> Result<FileState> {
    match looked {
        Ok(true) => Ok(FileState::Verified),
        Ok(false) => Ok(FileState::Differs),
        Err(Error::NotFound) => Ok(FileState::Gone),
        Err(error) => Err(error),
    }
}

/// Deletes the words of reported messages, and what was removed, once nobody can object any more.
pub async fn forget_evidence(db: Db) -> Result<()> {
    for case in db.read(retention::ended).await? {
        db.write(move |conn, now| retention::forget(conn, &case, now)).await?;
    }
    Ok(())
}

/// Evidence of credentials that nobody needs any more.
pub async fn forget_credential_evidence(db: Db) -> Result<()> {
    while db.write(check::forget_evidence).await? == 100 {}
    Ok(())
}
