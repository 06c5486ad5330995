//! Threads that own connections, and the bounded queue in front of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, TrySendError};
use tokio::sync::oneshot;

use super::{Conn, DatabaseUrl};
use crate::clock::{Clock, Instant};
use crate::error::{Error, Result};

/// How many requests may wait for a pool.
const QUEUE: usize = 1024;

/// Tells the one who asked; called after the commit with what became of it.
pub(super) type Completion = Box<dyn FnOnce(Result<()>) + Send>;

type PoolWork = Box<dyn FnOnce(&mut Conn, Instant) -> (bool, Completion) + Send>;

/// Work that waits: run with a connection, it says whether to keep what it did, and how to answer.
pub(super) struct PoolJob {
    run: PoolWork,
    state: Arc<AtomicU8>,
}

const WAITING: u8 = 0;
const BEGUN: u8 = 1;
const GIVEN_UP: u8 = 2;

impl PoolJob {
    /// `None` when the one who asked has left, or when the work panicked: its answer is dropped,
    /// which the asker sees.
    pub(super) fn run(self, conn: &mut Conn, now: Instant) -> Option<(bool, Completion)> {
        let claim = self.state.compare_exchange(WAITING, BEGUN, Ordering::SeqCst, Ordering::SeqCst);
        claim.ok()?;
        catch_unwind(AssertUnwindSafe(|| (self.run)(conn, now))).ok()
    }
}

pub(super) struct Pool {
    queue: Sender<PoolJob>,
}

impl Pool {
    pub(super) fn new() -> (Self, Receiver<PoolJob>) {
        let (queue, jobs) = crossbeam_channel::bounded(QUEUE);
        (Self { queue }, jobs)
    }

    pub(super) async fn run<T, E, F>(&self, patience: Duration, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&mut Conn, Instant) -> Result<T, E> + Send + 'static,
    {
        let (tell, mut told) = oneshot::channel();
        let state = Arc::new(AtomicU8::new(WAITING));
        let run = Box::new(move |conn: &mut Conn, now: Instant| {
            let outcome = work(conn, now);
            let keep = outcome.is_ok();
            let answer: Completion = Box::new(move |committed| {
                let _ = tell.send(committed.map_err(E::from).and(outcome));
            });
            (keep, answer)
        });
        match self.queue.try_send(PoolJob { run, state: state.clone() }) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(Error::Busy.into()),
            Err(TrySendError::Disconnected(_)) => return Err(lost().into()),
        }
        if let Ok(answer) = tokio::time::timeout(patience, &mut told).await {
            // dropped before it was begun: there was no connection to do it with
            let was_begun = state.load(Ordering::SeqCst) == BEGUN;
            let dropped = || if was_begun { lost() } else { Error::Busy };
            return answer.unwrap_or_else(|_| Err(dropped().into()));
        }
        let left = state.compare_exchange(WAITING, GIVEN_UP, Ordering::SeqCst, Ordering::SeqCst);
        if left.is_ok() {
            return Err(Error::Busy.into());
        }
        // begun work may have committed, so only its own answer counts
        match tokio::time::timeout(patience * 2, told).await {
            Ok(answer) => answer.unwrap_or_else(|_| Err(lost().into())),
            Err(_) => Err(Error::internal("the database did not answer").into()),
        }
    }
}

fn lost() -> Error {
    Error::internal("the work on the database panicked or its thread ended")
}

/// Starts a thread with a name. This is where all threads of ours begin.
#[expect(clippy::disallowed_methods, reason = "the one place that starts threads")]
pub fn start_thread(name: &str, body: impl FnOnce() + Send + 'static) -> Result<()> {
    std::thread::Builder::new().name(name.to_owned()).spawn(body)?;
    Ok(())
}

pub(super) fn open_readers(target: &DatabaseUrl, threads: usize, clock: Clock) -> Result<Pool> {
    let (pool, jobs) = Pool::new();
    for _ in 0..threads {
        let (target, jobs, clock) = (target.clone(), jobs.clone(), clock.clone());
        let mut conn = Some(target.connect()?);
        start_thread("reader", move || {
            while let Ok(job) = jobs.recv() {
                let Some(open) = reopened(&mut conn, || target.connect()) else { continue };
                match job.run(open, clock.now()) {
                    Some((kept, answer)) => {
                        answer(Ok(()));
                        if !kept && is_broken(open) {
                            conn = None;
                        }
                    }
                    None => tidy(open),
                }
            }
        })?;
    }
    Ok(pool)
}

/// The connection, made again when it was lost. While that fails, the one who asked is told.
pub(super) fn reopened(
    conn: &mut Option<Conn>,
    connect: impl FnOnce() -> Result<Conn>,
) -> Option<&mut Conn> {
    if conn.is_none() {
        match connect() {
            Ok(new) => *conn = Some(new),
            Err(error) => tracing::error!(%error, cause = ?error, "the database is away"),
        }
    }
    conn.as_mut()
}

/// After a failure: does the connection still answer? A server may have closed it.
pub(super) fn is_broken(conn: &mut Conn) -> bool {
    use diesel::connection::SimpleConnection;
    matches!(conn, Conn::Postgres(_)) && conn.batch_execute("SELECT 1").is_err()
}

fn tidy(conn: &mut Conn) {
    use diesel::connection::SimpleConnection;
    if matches!(conn, Conn::Postgres(_)) {
        let _ = conn.batch_execute("ROLLBACK");
    }
}
