//! What every node does for its own sockets, once a second: close those that may not be here any
//! more, keep the leases of the others, take away what a dead node left, and look up what no hint
//! has told.

use std::time::Duration;

use tokio::sync::watch;

use super::{Connection, Conversation};
use crate::clock::{Instant, Span};
use crate::db::Db;
use crate::error::Result;
use crate::live::{End, Hint, HintKind, Live};
use crate::users::Departure;

/// One node's rounds.
pub struct Rounds {
    db: Db,
    live: Live,
    last_departure: i64,
    beats: u64,
}

impl Rounds {
    const PAUSE: Duration = Duration::from_secs(1);
    /// Seconds between two renewals, two sweeps, and two looks for lost hints.
    const RENEW: u64 = 10;
    const SWEEP: u64 = 5;
    const HEAL: u64 = 25;
    const LATELY: Span = Span::seconds(60);

    pub async fn begin(db: Db, live: Live) -> Result<Self> {
        let is_alone = db.is_sqlite();
        let last_departure = db
            .write(move |conn, _| {
                if is_alone {
                    Connection::forget_all(conn)?;
                }
                Departure::newest(conn)
            })
            .await?;
        Ok(Self { db, live, last_departure, beats: 0 })
    }

    /// Until told to stop. A failed round is followed by the next.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.round().await {
                tracing::warn!(cause = ?error, "a round for the sockets failed");
            }
            let _ = tokio::time::timeout(Self::PAUSE, stop.wait_for(|stop| *stop)).await;
        }
    }

    pub async fn round(&mut self) -> Result<()> {
        let beat = self.beats;
        self.beats += 1;
        self.close_departed().await?;
        if beat.is_multiple_of(Self::RENEW) && self.live.hub().sockets() > 0 {
            let node = self.live.hub().node();
            self.db.write(move |conn, now| Connection::renew(conn, node, now)).await?;
        }
        if beat.is_multiple_of(Self::SWEEP) {
            self.sweep().await?;
        }
        let is_due = beat.is_multiple_of(Self::HEAL) || !self.live.is_whole();
        if self.live.is_shared() && is_due && self.live.hub().sockets() > 0 {
            self.heal().await?;
        }
        Ok(())
    }

    async fn close_departed(&mut self) -> Result<()> {
        let last = self.last_departure;
        let departed = self.db.read(move |conn, _| Departure::since(conn, last)).await?;
        for one in departed {
            self.live.hub().end(one.user_id.0, one.session.as_deref(), End::SignedOut);
            self.last_departure = self.last_departure.max(one.id);
        }
        Ok(())
    }

    /// Whoever was connected to a node that is gone.
    async fn sweep(&self) -> Result<()> {
        let gone = self
            .db
            .write(|conn, now| -> Result<_> {
                let mut gone = vec![];
                for person in Connection::sweep(conn, now)? {
                    gone.push((person, Connection::watchers(conn, person, now)?));
                }
                Ok(gone)
            })
            .await?;
        for (person, watchers) in gone {
            self.live.publish(&watchers, Hint::new(HintKind::Presence, person.0, 0));
        }
        Ok(())
    }

    /// Says again to the sockets here what changed in the last minute. They know what they have.
    async fn heal(&self) -> Result<()> {
        let changed = self
            .db
            .read(|conn, now: Instant| Conversation::changed_since(conn, now - Self::LATELY))
            .await?;
        for talk in changed {
            for member in talk.members() {
                let hint = Hint::new(HintKind::Row, talk.id.0, talk.last_seq);
                self.live.hub().deliver(member.0, hint);
            }
        }
        Ok(())
    }
}
