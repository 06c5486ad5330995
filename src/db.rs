//! The database: one query text for SQLite and PostgreSQL, one way to read, one way to write.
//!
//! [`Db::read`] runs on a small pool of threads that each own a connection. [`Db::write`] runs
//! inside a transaction: on SQLite on the one writer thread, which commits all that waited at once
//! (`synchronous=FULL`, a savepoint each), on PostgreSQL on a pool of its own. An `Err` rolls back
//! its own work only, and so does a panic. A full queue is [`Error::Busy`], never a hang.
//! [`Db::read_inline`] is for the one row that nearly every request looks up: its session.
//!
//! Not here: any table of a domain. Migrations are embedded ([`migrate`]).

mod connect;
mod id;
mod kept;
mod migrate;
mod one_of;
mod pool;
mod prepared;
mod read_inline;
mod sealed;
mod stored;
mod word;
mod write;

use std::sync::Arc;
use std::time::Duration;

pub use connect::{Conn, DatabaseUrl};
pub use id::{IdMaker, read as read_id, show as show_id};
pub use kept::KeptValue;
pub use migrate::{
    Direction, Schema, SchemaState, migrate, pending, run_all, standing, table_columns,
};
pub use one_of::{OneOf, one_of};
pub use pool::start_thread;
pub use prepared::{PreparedCondition, PreparedLookup, PreparedQuery, Update, update};
pub use sealed::{Resealed, SealedColumn};

use crate::clock::{Clock, Instant};
use crate::error::{Error, Result};
use pool::Pool;
use read_inline::InlineReads;

/// Runs one query text on whichever database is behind the connection, for the clauses that the
/// multi-connection cannot build: `ON CONFLICT`, batch inserts, `RETURNING` a whole row. Also for
/// what every booking reads: the multi-connection writes its SQL out anew each time.
#[macro_export]
macro_rules! on_either {
    ($conn:expr, |$c:ident| $query:expr) => {
        match $conn {
            $crate::db::Conn::Sqlite($c) => $query,
            $crate::db::Conn::Postgres($c) => $query,
        }
    };
}

/// How long a request waits for a connection before it is told that the site is busy.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The opened database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    clock: Clock,
    reads: Arc<Pool>,
    writes: Arc<Pool>,
    /// On SQLite only.
    inline_reads: Option<Arc<InlineReads>>,
}

impl Db {
    /// Opens `readers` connections to read with, and one (SQLite) or several to write with.
    pub fn open(url: &str, readers: usize, clock: Clock) -> Result<Self> {
        let target = DatabaseUrl::parse(url)?;
        // the first connection turns a new SQLite file to WAL before the others look at it
        drop(target.connect()?);
        let writes = if target.is_sqlite() {
            write::open_sqlite_writer(&target, clock.clone())?
        } else {
            write::open_postgres_writers(&target, readers.max(4), clock.clone())?
        };
        let reads = pool::open_readers(&target, readers, clock.clone())?;
        let inline_reads = target.is_sqlite().then(|| Arc::new(InlineReads::new(target)));
        Ok(Self { clock, reads: Arc::new(reads), writes: Arc::new(writes), inline_reads })
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub fn is_sqlite(&self) -> bool {
        self.inline_reads.is_some()
    }

    /// Looks, outside any transaction.
    pub async fn read<T, E, F>(&self, look: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&mut Conn, Instant) -> Result<T, E> + Send + 'static,
    {
        self.reads.run(TIMEOUT, look).await
    }

    /// Looks up a row by its key. On SQLite it is nearly always in memory, and the thread that asks
    /// finds it sooner than it could ask another; PostgreSQL is asked as ever.
    pub async fn read_inline<T, E, F>(&self, look: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&mut Conn, Instant) -> Result<T, E> + Send + 'static,
    {
        match &self.inline_reads {
            Some(inline_reads) => inline_reads.run(look, self.now()),
            None => self.read(look).await,
        }
    }

    /// Acts, inside a transaction. The answer comes after the commit, so `Ok` means it is on disk.
    pub async fn write<T, E, F>(&self, act: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&mut Conn, Instant) -> Result<T, E> + Send + 'static,
    {
        self.writes.run(TIMEOUT, act).await
    }
}

/// Tells PostgreSQL's planner what a bulk load brought; by itself it would learn within minutes.
/// SQLite's queries fix their plans themselves.
pub fn analyze(conn: &mut Conn) -> Result<()> {
    use diesel::prelude::*;
    if let Conn::Postgres(postgres) = conn {
        diesel::sql_query("ANALYZE").execute(postgres)?;
    }
    Ok(())
}

/// Locks a row until the transaction ends; rows that only refer to it may still come. SQLite's writer
/// is alone and needs nothing.
pub fn lock(conn: &mut Conn, table: &'static str, key: &'static str, id: i64) -> Result<()> {
    use diesel::prelude::*;
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(postgres) => {
            let before = ["SELECT 1 FROM ", table, " WHERE ", key, " = "];
            let lock = PreparedLookup { before: &before, number: id, after: " FOR NO KEY UPDATE" };
            lock.execute(postgres)?;
            Ok(())
        }
    }
}
