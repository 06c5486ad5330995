//! The embedded migrations, and what the migrated database looks like.

use diesel::backend::Backend;
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, DatabaseUrl};
use crate::error::{Error, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Where to migrate: to the newest schema, or down to none (tests only do the latter).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
}

/// Opens the target and brings it up to date; how many migrations ran. On PostgreSQL one node does
/// it at a time; SQLite's own lock sees to that.
pub fn migrate(url: &str) -> Result<usize> {
    let mut conn = DatabaseUrl::parse(url)?.connect()?;
    // the lock goes with the connection
    if let Conn::Postgres(postgres) = &mut conn {
        diesel::sql_query("SET lock_timeout = 0").execute(postgres)?;
        diesel::sql_query("SET statement_timeout = 0").execute(postgres)?;
        diesel::sql_query(format!("SELECT pg_advisory_lock({LOCK})")).execute(postgres)?;
    }
    run_all(&mut conn, Direction::Up)
}

/// "footing" in ASCII: no other program on this server is likely to lock by it.
const LOCK: i64 = 0x66_6f_6f_74_69_6e_67;

/// How a database compares with the migrations that this program holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemaState {
    /// Names of the migrations that have not run.
    pub pending: Vec<String>,
    /// Versions that have run and that this program does not know: it is older than the database.
    pub unknown: Vec<String>,
}

pub fn standing(conn: &mut Conn) -> Result<SchemaState> {
    let (applied, known) = match conn {
        Conn::Sqlite(c) => (c.applied_migrations(), versions::<Sqlite>(&SQLITE)),
        Conn::Postgres(c) => (c.applied_migrations(), versions::<Pg>(&POSTGRES)),
    };
    let applied = applied.map_err(Error::internal)?;
    let applied = applied.iter().map(ToString::to_string);
    let unknown = applied.filter(|version| !known.contains(version)).collect();
    Ok(SchemaState { pending: pending(conn)?, unknown })
}

fn versions<DB: Backend>(source: &EmbeddedMigrations) -> Vec<String>
where
    EmbeddedMigrations: MigrationSource<DB>,
{
    let migrations = source.migrations().unwrap_or_default();
    migrations.iter().map(|migration| migration.name().version().to_string()).collect()
}

pub fn run_all(conn: &mut Conn, direction: Direction) -> Result<usize> {
    use diesel::connection::SimpleConnection;
    if let Conn::Postgres(_) = conn {
        // building an index may take longer than a page may
        conn.batch_execute("SET statement_timeout = 0")?;
    }
    let done = match (conn, direction) {
        (Conn::Sqlite(c), Direction::Up) => c.run_pending_migrations(SQLITE).map(|v| v.len()),
        (Conn::Sqlite(c), Direction::Down) => c.revert_all_migrations(SQLITE).map(|v| v.len()),
        (Conn::Postgres(c), Direction::Up) => c.run_pending_migrations(POSTGRES).map(|v| v.len()),
        (Conn::Postgres(c), Direction::Down) => c.revert_all_migrations(POSTGRES).map(|v| v.len()),
    };
    done.map_err(Error::internal)
}

/// Names of the migrations that have not run.
pub fn pending(conn: &mut Conn) -> Result<Vec<String>> {
    let names = match conn {
        Conn::Sqlite(c) => c
            .pending_migrations(SQLITE)
            .map(|list| list.iter().map(|m| m.name().to_string()).collect()),
        Conn::Postgres(c) => c
            .pending_migrations(POSTGRES)
            .map(|list| list.iter().map(|m| m.name().to_string()).collect()),
    };
    names.map_err(Error::internal)
}

/// Table and column names, as the database itself tells them.
pub type Schema = Vec<(String, String)>;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
}

/// Every column of every table, sorted, but for those that a database computes; compares the hand-written schemas with the truth.
pub fn table_columns(conn: &mut Conn) -> Result<Schema> {
    let query = match conn {
        Conn::Sqlite(_) => {
            "SELECT m.name AS table_name, c.name AS column_name FROM sqlite_master m \
             JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
        }
        Conn::Postgres(_) => {
            "SELECT table_name::text, column_name::text FROM information_schema.columns \
             WHERE table_schema = current_schema() AND is_generated = 'NEVER'"
        }
    };
    let mut rows: Schema = diesel::sql_query(query)
        .load::<Column>(conn)?
        .into_iter()
        .map(|column| (column.table_name, column.column_name))
        .collect();
    rows.sort();
    Ok(rows)
}
