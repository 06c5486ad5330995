//! One connection to either database, opened with what durability and speed need.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::error::{Error, Result};

/// A connection; `on_either!` reaches the one behind it.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Conn {
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}

/// Where to connect, told by the scheme and never by trial: a mistyped URL makes no SQLite file.
#[derive(Debug, Clone)]
pub enum DatabaseUrl {
    Sqlite(String),
    Postgres(String),
}

impl DatabaseUrl {
    pub fn parse(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            Ok(Self::Sqlite(path.trim_start_matches("//").to_owned()))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::Postgres(url.to_owned()))
        } else {
            Err(Error::internal("DATABASE_URL must begin with sqlite: or postgres://"))
        }
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// The same to write with. PostgreSQL keeps a plan that it made while a table was small, and
    /// would read the whole table by it when that has grown: whoever acts looks up by key.
    pub(super) fn connect_writer(&self) -> Result<Conn> {
        let mut conn = self.connect()?;
        if let Conn::Postgres(postgres) = &mut conn {
            postgres.batch_execute("SET enable_seqscan = off; SET jit = off")?;
        }
        Ok(conn)
    }

    pub fn connect(&self) -> Result<Conn> {
        match self {
            Self::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(path).map_err(Error::internal)?;
                // FULL: with NORMAL a power cut loses acknowledged writes. No mmap_size: each read
                // after a write would unmap the file, which costs more than the copying it saves
                conn.batch_execute(
                    "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
                     PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;
                     PRAGMA cache_size=-8000; PRAGMA wal_autocheckpoint=4000;",
                )?;
                Ok(Conn::Sqlite(conn))
            }
            Self::Postgres(url) => {
                let mut conn = PgConnection::establish(url).map_err(Error::internal)?;
                conn.batch_execute("SET statement_timeout = '10s'; SET lock_timeout = '5s'")?;
                Ok(Conn::Postgres(conn))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;
    use diesel::sql_types::Bool;

    #[derive(QueryableByName)]
    struct Built {
        #[diesel(sql_type = Bool)]
        so: bool,
    }

    #[test]
    fn sqlite_is_built_to_keep_its_plans() {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        let asked = diesel::sql_query("SELECT sqlite_compileoption_used('ENABLE_QPSG') AS so");
        assert!(asked.get_result::<Built>(&mut conn).unwrap().so, "see .cargo/config.toml");
    }
}
