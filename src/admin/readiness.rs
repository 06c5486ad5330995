//! Whether the database can serve visitors: its migrations, its clock against ours, its rounds.

use diesel::prelude::*;

use crate::clock::{Clock, Instant, Span};
use crate::db::{self, Conn};
use crate::error::Result;
use crate::jobs::Schedule;

#[derive(Debug, Default)]
pub struct Readiness {
    /// Names of what keeps visitors out.
    pub failing: Vec<&'static str>,
    /// Rounds that nobody does; pages still answer.
    pub is_late: bool,
}

impl Readiness {
    pub fn of(conn: &mut Conn, schedule: &Schedule, clock: &Clock, now: Instant) -> Result<Self> {
        let mut failing = vec![];
        if !db::pending(conn)?.is_empty() {
            failing.push("migrations");
        }
        // a clock that tests have set is off by what they say
        if clock.is_system() && is_off(conn, now)? {
            failing.push("clock");
        }
        Ok(Self { failing, is_late: !schedule.late(conn, now)?.is_empty() })
    }
}

/// Whether this node's clock is over two seconds off the database's.
fn is_off(conn: &mut Conn, now: Instant) -> Result<bool> {
    #[derive(QueryableByName)]
    struct ClockReading {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        micros: i64,
    }
    let Conn::Postgres(postgres) = conn else { return Ok(false) };
    let text = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS micros";
    let theirs: ClockReading = diesel::sql_query(text).get_result(postgres)?;
    let theirs = Instant::from_micros(theirs.micros);
    let most = Span::seconds(2);
    Ok(now.elapsed_since(theirs) > most || theirs.elapsed_since(now) > most)
}
