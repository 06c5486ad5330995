//! Later and scheduled work of the conversations.

use super::{Blob, BlobId, KeyWrap, digest_rule, waiting_mail, waiting_push};
use crate::blobs::Blobs;
use crate::db::Db;
use crate::error::Result;
use crate::jobs::JobKind;
use crate::mail::Mail;
use crate::notifications::jobs::wake_browser;
use crate::notifications::{Push, PushTopic, SubscriptionId};
use crate::seal::Seal;
use crate::users::Departure;

/// Removes what is kept of a file whose row is gone.
pub const REMOVE_BLOB: JobKind<BlobId> = JobKind::new("messaging.remove-blob");
/// Wakes one browser.
pub const PUSH: JobKind<SubscriptionId> = JobKind::new("messaging.push");

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

/// Tells those who are away what waits for them. A failure of one way does not hold up the other.
pub async fn tell(db: Db, push: Push, mail: Mail, seal: Seal) -> Result<()> {
    let pushed = tell_by_push(&db, &push).await;
    tell_by_mail(&db, &mail, &seal).await.and(pushed)
}

async fn tell_by_push(db: &Db, push: &Push) -> Result<()> {
    if !push.is_on() {
        return Ok(());
    }
    while db.write(waiting_push::push_round).await? == waiting_push::ROUND {}
    Ok(())
}

async fn tell_by_mail(db: &Db, mail: &Mail, seal: &Seal) -> Result<()> {
    let rules = db.read(digest_rule::rules).await?;
    if rules.is_empty() {
        return Ok(());
    }
    db.write(waiting_mail::settle).await?;
    for rule in rules {
        loop {
            let (mail, seal, rule) = (mail.clone(), seal.clone(), rule.clone());
            let round = db
                .write(move |conn, now| waiting_mail::mail_round(conn, (&mail, &seal), &rule, now));
            if round.await? < waiting_mail::ROUND {
                break;
            }
        }
    }
    Ok(())
}

/// The body of [`PUSH`]. What was read meanwhile is not told any more.
pub async fn push(db: Db, push: Push, id: SubscriptionId) -> Result<()> {
    let Some(to) = db.read(move |conn, _| waiting_push::find_to_wake(conn, id)).await? else {
        return Ok(());
    };
    wake_browser(db, push, to, PushTopic::Messages).await
}
