//! Scheduled work of the bookings.

use super::{Booking, Notifier, sweep};
use crate::db::Db;
use crate::error::Result;
use crate::mail::Mail;

/// At most so many in one transaction, so that nobody waits for the sweeper.
const ROUND: i64 = 50;
const FULL: usize = 50;

/// Ends requests that were not answered. Reads and bookings look at the deadline themselves; this
/// brings the notices.
pub async fn expire_overdue(db: Db, mail: Mail) -> Result<()> {
    loop {
        let mail = mail.clone();
        let round = move |conn: &mut crate::db::Conn, now| {
            Booking::expire_overdue(conn, &Notifier(&mail), ROUND, now)
        };
        if db.write(round).await? < FULL {
            return Ok(());
        }
    }
}

pub async fn complete_past(db: Db) -> Result<()> {
    while db.write(|conn, now| Booking::complete_past(conn, ROUND, now)).await? == FULL {}
    Ok(())
}

/// Looks at bookings that were made by older rules of the zones.
pub async fn follow_zones(db: Db, mail: Mail) -> Result<()> {
    loop {
        let mail = mail.clone();
        let round = move |conn: &mut crate::db::Conn, now| {
            sweep::follow_zones(conn, &Notifier(&mail), ROUND, now)
        };
        if db.write(round).await? < FULL {
            return Ok(());
        }
    }
}

/// Opens the conversations of pairs that booked before there were any.
pub async fn open_conversations(db: Db) -> Result<()> {
    while db.write(|conn, now| sweep::open_conversations(conn, ROUND, now)).await? == FULL {}
    Ok(())
}

pub async fn remind(db: Db, mail: Mail) -> Result<()> {
    loop {
        let mail = mail.clone();
        let round = move |conn: &mut crate::db::Conn, now| {
            sweep::remind(conn, &Notifier(&mail), ROUND, now)
        };
        if db.write(round).await? < FULL {
            return Ok(());
        }
    }
}
