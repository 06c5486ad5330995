//! Asks the worker to come before its next round. However many ask, for one time or for several that
//! have passed, it comes once.

use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::jobs::JobKind;

/// Something is due.
pub const WAKE: JobKind<String> = JobKind::new("payments.wake");

/// What waits to be woken for and is due is woken for now.
pub fn note_woken(conn: &mut Conn, now: Instant) -> Result<()> {
    WAKE.take_due(conn, "all".to_owned(), now)
}

/// Has everything sent and looked at that is due at `at`.
pub fn wake(conn: &mut Conn, now: Instant, at: Instant) -> Result<()> {
    WAKE.enqueue_once_at(conn, "all".to_owned(), now, at)
}
