//! What happens later with money. Without a key nothing of it does but in a demo, where it is recorded;
//! and nothing is lost: with the key back, the next round finds all that waits.

use super::wake::note_woken;
use super::{AccountId, Gateway, Urgency, Worker, recorded};
use crate::bookings::BookingId;
use crate::db::Db;
use crate::error::Result;
use crate::mail::Mail;

/// Makes one booking and its payment follow each other.
pub async fn settle(db: Db, mail: Mail, gateway: Gateway, id: BookingId) -> Result<()> {
    match gateway {
        Gateway::Disabled => db.write(move |conn, now| recorded::follow(conn, mail, id, now)).await,
        Gateway::Stripe(gateway) => Worker::new(db, mail, gateway).settle(id).await,
    }
}

/// The same for everything that is open, as notices can be lost.
pub async fn reconcile(db: Db, mail: Mail, gateway: Gateway) -> Result<()> {
    match gateway {
        Gateway::Disabled => {
            db.write(move |conn, now| recorded::follow_all(conn, &mail, now)).await
        }
        Gateway::Stripe(gateway) => {
            Worker::new(db, mail, gateway).reconcile(Urgency::Due).await.map(drop)
        }
    }
}

/// What a night is for.
pub async fn reconcile_all(db: Db, mail: Mail, gateway: Gateway) -> Result<()> {
    match gateway {
        Gateway::Disabled => Ok(()),
        Gateway::Stripe(gateway) => {
            let left = Worker::new(db, mail, gateway).reconcile_all(Urgency::Due).await?;
            if !left.is_empty() {
                tracing::warn!(left = left.len(), "payments are not all in order");
            }
            Ok(())
        }
    }
}

/// Looks at an account that Stripe said cannot be paid.
pub async fn look_at_account(db: Db, mail: Mail, gateway: Gateway, id: AccountId) -> Result<()> {
    match gateway {
        Gateway::Disabled => Ok(()),
        Gateway::Stripe(gateway) => {
            Worker::new(db, mail, gateway).look_at_account(id).await.map(drop)
        }
    }
}

/// The same before the next round, once for all who asked.
pub async fn wake(db: Db, mail: Mail, gateway: Gateway) -> Result<()> {
    db.write(note_woken).await?;
    run(db, mail, gateway).await
}

/// Sends and looks at everything that is due.
pub async fn run(db: Db, mail: Mail, gateway: Gateway) -> Result<()> {
    match gateway {
        Gateway::Disabled => Ok(()),
        Gateway::Stripe(gateway) => Worker::new(db, mail, gateway).run(Urgency::Due).await,
    }
}
