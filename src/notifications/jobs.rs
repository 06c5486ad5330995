//! The push to one browser.

use super::{Push, PushSubscription, PushTopic, Pushed, SubscriptionId};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::jobs::JobKind;

/// Wakes one browser because of a notice.
pub const WAKE: JobKind<SubscriptionId> = JobKind::new("notifications.wake");

/// The body of [`WAKE`]. What was read meanwhile is not told any more.
pub async fn wake(db: Db, push: Push, id: SubscriptionId) -> Result<()> {
    match db.read(move |conn, now| PushSubscription::find_to_wake(conn, id, now)).await? {
        Some(to) => wake_browser(db, push, to, PushTopic::Notices).await,
        None => Ok(()),
    }
}

/// Sends the push and notes what became of it. Fails if it is to be tried again.
pub async fn wake_browser(
    db: Db,
    push: Push,
    to: PushSubscription,
    topic: PushTopic,
) -> Result<()> {
    let id = to.id;
    match push.send(&to, topic, db.now()).await? {
        Pushed::Taken if to.failed_at.is_none() => Ok(()),
        Pushed::Taken => db.write(move |conn, _| PushSubscription::note(conn, id, None)).await,
        Pushed::Gone => db.write(move |conn, _| PushSubscription::delete_gone(conn, id)).await,
        Pushed::Failed(why) => {
            db.write(move |conn, now| PushSubscription::note(conn, id, Some(now))).await?;
            Err(Error::internal(why))
        }
    }
}
