//! The writers: on SQLite one thread that commits in groups, on PostgreSQL a transaction each.

use crossbeam_channel::Receiver;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::pool::{self, Completion, Pool, PoolJob};
use super::prepared::PreparedStatement;
use super::{Conn, DatabaseUrl};
use crate::clock::Clock;
use crate::error::{Error, Result};

/// The most jobs that share one commit, so that nobody waits for a crowd.
const GROUP: usize = 256;

pub(super) fn open_sqlite_writer(target: &DatabaseUrl, clock: Clock) -> Result<Pool> {
    let (pool, jobs) = Pool::new();
    let mut conn = target.connect()?;
    pool::start_thread("writer", move || {
        while let Ok(first) = jobs.recv() {
            commit_group(&mut conn, first, &jobs, &clock);
        }
    })?;
    Ok(pool)
}

/// One commit for all that waited: with `synchronous=FULL` the disk's flush is what costs.
fn commit_group(conn: &mut Conn, first: PoolJob, jobs: &Receiver<PoolJob>, clock: &Clock) {
    if let Err(error) = say(conn, "BEGIN IMMEDIATE") {
        tracing::error!(%error, "the writer cannot begin");
        return; // dropping the job tells the one who asked
    }
    let mut answers: Vec<(bool, Completion)> = Vec::new();
    let mut next = Some(first);
    while let Some(job) = next {
        answers.extend(in_savepoint(conn, job, clock));
        next = if answers.len() < GROUP { jobs.try_recv().ok() } else { None };
    }
    let committed = say(conn, "COMMIT");
    if let Err(error) = &committed {
        tracing::error!(%error, "a group of writes did not commit");
        let _ = conn.batch_execute("ROLLBACK");
    }
    for (kept, answer) in answers {
        // a refusal is true whether or not the others' work reached the disk
        let lost = committed.is_err() && kept;
        answer(if lost { Err(Error::Busy) } else { Ok(()) });
    }
}

/// Runs one job so that its failure, or its panic, undoes its own work and nobody else's.
fn in_savepoint(conn: &mut Conn, job: PoolJob, clock: &Clock) -> Option<(bool, Completion)> {
    if say(conn, "SAVEPOINT job").is_err() {
        return None;
    }
    let ran = job.run(conn, clock.now());
    let kept = matches!(ran, Some((true, _)));
    let undone = if kept { Ok(()) } else { say(conn, "ROLLBACK TO job") };
    match (undone.and_then(|()| say(conn, "RELEASE job")), ran) {
        (Err(error), Some((_, answer))) => {
            tracing::error!(%error, "a savepoint could not be ended");
            let _ = conn.batch_execute("ROLLBACK TO job; RELEASE job");
            answer(Err(Error::internal(error)));
            None
        }
        (_, ran) => ran,
    }
}

/// Every job and every group says these words, so they stay prepared.
fn say(conn: &mut Conn, words: &'static str) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(sqlite) => PreparedStatement(words).execute(sqlite).map(|_| ()),
        Conn::Postgres(_) => Ok(()),
    }
}

pub(super) fn open_postgres_writers(
    target: &DatabaseUrl,
    threads: usize,
    clock: Clock,
) -> Result<Pool> {
    let (pool, jobs) = Pool::new();
    for _ in 0..threads {
        let (target, jobs, clock) = (target.clone(), jobs.clone(), clock.clone());
        let mut conn = Some(target.connect_writer()?);
        pool::start_thread("writer", move || {
            while let Ok(job) = jobs.recv() {
                let open = pool::reopened(&mut conn, || target.connect_writer());
                let Some(open) = open else { continue };
                if !in_transaction(open, job, &clock) {
                    conn = None;
                }
            }
        })?;
    }
    Ok(pool)
}

/// Whether the connection can be used again.
fn in_transaction(conn: &mut Conn, job: PoolJob, clock: &Clock) -> bool {
    if let Err(error) = conn.batch_execute("BEGIN") {
        tracing::error!(%error, "a writer cannot begin");
        return false;
    }
    match job.run(conn, clock.now()) {
        Some((true, answer)) => {
            let committed = conn.batch_execute("COMMIT");
            let fine = committed.is_ok();
            answer(committed.map_err(Error::from));
            fine || conn.batch_execute("ROLLBACK").is_ok()
        }
        Some((false, answer)) => {
            let fine = conn.batch_execute("ROLLBACK").is_ok();
            answer(Ok(()));
            fine
        }
        None => conn.batch_execute("ROLLBACK").is_ok(),
    }
}
