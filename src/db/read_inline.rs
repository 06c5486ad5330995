//! Looks that take less time than handing them to another thread.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Conn, DatabaseUrl};
use crate::clock::Instant;
use crate::error::Error;

/// Connections of a SQLite that whoever looks borrows; at most as many as look at once.
pub(super) struct InlineReads {
    target: DatabaseUrl,
    idle: Mutex<Vec<Conn>>,
}

impl InlineReads {
    pub(super) fn new(target: DatabaseUrl) -> Self {
        Self { target, idle: Mutex::default() }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Conn>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// On the thread that asks. A panic leaves the connection out.
    pub(super) fn run<T, E: From<Error>>(
        &self,
        look: impl FnOnce(&mut Conn, Instant) -> Result<T, E>,
        now: Instant,
    ) -> Result<T, E> {
        let kept = self.idle().pop();
        let mut conn = kept.map_or_else(|| self.target.connect(), Ok)?;
        let seen = look(&mut conn, now);
        self.idle().push(conn);
        seen
    }
}
