//! One job: enqueued, leased, done, tried again or dead.

use std::fmt::Display;
use std::marker::PhantomData;
use std::str::FromStr;

use diesel::prelude::*;

use super::schema::jobs;
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::Result;
use crate::on_either;

crate::typed_id!(JobId);

crate::word_enum! {
    /// Where a job waits. Mail waits for servers of others and must not hold up the rest.
    Queue { Common => "common", Mail => "mail" }
}

impl Queue {
    /// How many of its jobs one process does at a time.
    pub(super) fn width(self) -> usize {
        match self {
            Self::Common => 8,
            Self::Mail => 4,
        }
    }

    /// With so many of its jobs under way a kind gets no more, and so many are taken at a time: one
    /// kind that waits for somebody leaves room for the others. Mail is all of one kind.
    pub(super) fn share(self) -> usize {
        match self {
            Self::Common => 4,
            Self::Mail => 4,
        }
    }
}

/// A kind of job and the type of what it is about: `Kind<UserId>` cannot be given a `ServiceId`.
pub struct JobKind<T> {
    pub name: &'static str,
    queue: Queue,
    about: PhantomData<fn(T)>,
}

impl<T: Display + FromStr> JobKind<T> {
    pub const fn new(name: &'static str) -> Self {
        Self { name, queue: Queue::Common, about: PhantomData }
    }

    /// A kind that sends mail. It is tried until its body says that it is done.
    pub const fn of_mail(name: &'static str) -> Self {
        Self { name, queue: Queue::Mail, about: PhantomData }
    }

    /// Does it as soon as the transaction has committed.
    pub fn enqueue(&self, conn: &mut Conn, about: T, now: Instant) -> Result<()> {
        self.enqueue_at(conn, about, now, now)
    }

    /// The same, unless an equal job waits that nobody has begun: it sees what this transaction does.
    pub fn enqueue_once(&self, conn: &mut Conn, about: T, now: Instant) -> Result<()> {
        self.enqueue_once_at(conn, about, now, now)
    }

    /// Does it at `run_at`, or soon after, unless an equal job waits for the same time.
    pub fn enqueue_once_at(
        &self,
        conn: &mut Conn,
        about: T,
        now: Instant,
        run_at: Instant,
    ) -> Result<()> {
        let about = about.to_string();
        let earliest = if run_at <= now { Instant::from_micros(0) } else { run_at };
        let equal = jobs::table
            .filter(jobs::kind.eq(self.name).and(jobs::payload.eq(&about)))
            .filter(jobs::dead_at.is_null())
            // one whose runner died is begun anew
            .filter(jobs::leased_until.is_null().or(jobs::leased_until.le(now)))
            .filter(jobs::run_at.between(earliest, run_at))
            .select(jobs::id)
            .limit(1);
        let waits: Option<JobId> = match conn {
            Conn::Sqlite(c) => equal.first(c).optional()?,
            // held, so that no runner begins it before this commits; one that is being begun is passed
            Conn::Postgres(c) => equal.for_update().skip_locked().first(c).optional()?,
        };
        if waits.is_none() {
            self.insert(conn, about, now, run_at)?;
        }
        Ok(())
    }

    /// Takes away equal ones that are due and that nobody has begun: whoever asks does them all at once.
    pub fn take_due(&self, conn: &mut Conn, about: T, now: Instant) -> Result<()> {
        let equal = jobs::table
            .filter(jobs::kind.eq(self.name).and(jobs::payload.eq(about.to_string())))
            .filter(jobs::dead_at.is_null().and(jobs::run_at.le(now)))
            .filter(jobs::leased_until.is_null().or(jobs::leased_until.le(now)));
        let ids: Vec<JobId> = match conn {
            Conn::Sqlite(c) => equal.select(jobs::id).load(c)?,
            // one that is being begun is passed
            Conn::Postgres(c) => equal.select(jobs::id).for_update().skip_locked().load(c)?,
        };
        diesel::delete(jobs::table.filter(jobs::id.eq_any(ids))).execute(conn)?;
        Ok(())
    }

    /// Does it at `run_at`, or soon after.
    pub fn enqueue_at(
        &self,
        conn: &mut Conn,
        about: T,
        now: Instant,
        run_at: Instant,
    ) -> Result<()> {
        self.insert(conn, about.to_string(), now, run_at)
    }

    fn insert(&self, conn: &mut Conn, about: String, now: Instant, run_at: Instant) -> Result<()> {
        let job = Job {
            id: JobId::next(now),
            kind: self.name.to_owned(),
            queue: self.queue,
            payload: about,
            run_at,
            attempts: 0,
            leased_until: None,
            dead_at: None,
            last_error: None,
            created_at: now,
        };
        on_either!(conn, |c| diesel::insert_into(jobs::table).values(job).execute(c))?;
        Ok(())
    }
}

/// Work that a transaction asked for: done at least once, so its body bears being done twice.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = jobs, treat_none_as_default_value = false)]
pub struct Job {
    pub id: JobId,
    pub kind: String,
    /// The id of what it is about.
    pub payload: String,
    /// Not before; later after each try that failed.
    pub run_at: Instant,
    /// Tries that failed; [`Job::TRIES`] of them and it is dead.
    pub attempts: i32,
    /// Until then one process has it; what has died with it is taken by another.
    pub leased_until: Option<Instant>,
    pub dead_at: Option<Instant>,
    pub last_error: Option<String>,
    pub created_at: Instant,
    pub queue: Queue,
}

/// What an admin reads of a job that failed for good.
pub type DeadJob = Job;

/// How many jobs wait and how many are dead.
#[derive(Debug, Clone, Copy, Default)]
pub struct JobCounts {
    pub waiting: i64,
    pub dead: i64,
}

impl Job {
    /// Tries before a job is laid on the dead list.
    pub const TRIES: i32 = 10;
    const LEASE: Span = Span::minutes(2);

    /// Takes up to `most` due jobs of a queue for this runner alone, none of the kinds in `full`. One
    /// whose runner dies is due again when the lease ends, behind what was due by then: work that
    /// takes its process with it each time keeps no other from its turn.
    pub(super) fn lease(
        conn: &mut Conn,
        queue: Queue,
        now: Instant,
        most: i64,
        full: &[String],
    ) -> Result<Vec<Self>> {
        let due = jobs::table
            .filter(jobs::queue.eq(queue).and(jobs::kind.ne_all(full)))
            .filter(jobs::dead_at.is_null().and(jobs::run_at.le(now)))
            .filter(jobs::leased_until.is_null().or(jobs::leased_until.le(now)))
            .order((jobs::run_at, jobs::id))
            .limit(most);
        let found: Vec<Self> = match conn {
            Conn::Sqlite(c) => due.select(Self::as_select()).load(c)?,
            // another node's runner must not wait for this one
            Conn::Postgres(c) => {
                due.select(Self::as_select()).for_update().skip_locked().load(c)?
            }
        };
        if found.is_empty() {
            return Ok(found);
        }
        let ids: Vec<JobId> = found.iter().map(|job| job.id).collect();
        diesel::update(jobs::table.filter(jobs::id.eq_any(ids)))
            .set((jobs::leased_until.eq(now + Self::LEASE), jobs::run_at.eq(now + Self::LEASE)))
            .execute(conn)?;
        Ok(found)
    }

    pub(super) fn done(id: JobId, conn: &mut Conn) -> Result<()> {
        diesel::delete(jobs::table.find(id)).execute(conn)?;
        Ok(())
    }

    /// Later again (2 s, 4 s … about 17 min), or dead. The cause is kept for the admin.
    pub(super) fn failed(&self, conn: &mut Conn, now: Instant, cause: &str) -> Result<()> {
        let attempts = self.attempts + 1;
        let wait = Span::seconds(1_i64 << attempts.clamp(1, 10));
        let is_dead = self.queue == Queue::Common && attempts >= Self::TRIES;
        let cause: String = cause.chars().take(500).collect();
        diesel::update(jobs::table.find(self.id))
            .set((
                jobs::attempts.eq(attempts),
                jobs::run_at.eq(now + wait),
                jobs::leased_until.eq(None::<Instant>),
                jobs::dead_at.eq(is_dead.then_some(now)),
                jobs::last_error.eq(cause),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// Gives back what a stopping runner has leased and not ended.
    pub(super) fn give_back(conn: &mut Conn, ids: &[JobId], now: Instant) -> Result<()> {
        diesel::update(jobs::table.filter(jobs::id.eq_any(ids)))
            .set((jobs::leased_until.eq(None::<Instant>), jobs::run_at.eq(now)))
            .execute(conn)?;
        Ok(())
    }

    pub fn counts(conn: &mut Conn) -> Result<JobCounts> {
        let waiting = jobs::table.filter(jobs::dead_at.is_null()).count().get_result(conn)?;
        let dead = jobs::table.filter(jobs::dead_at.is_not_null()).count().get_result(conn)?;
        Ok(JobCounts { waiting, dead })
    }

    /// The dead list, newest first.
    pub fn dead(conn: &mut Conn) -> Result<Vec<DeadJob>> {
        Ok(jobs::table
            .filter(jobs::dead_at.is_not_null())
            .order((jobs::dead_at.desc(), jobs::id.desc()))
            .limit(100)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Tries dead jobs again from the start: one, those of a kind, or all; how many there were.
    pub fn retry(conn: &mut Conn, which: &JobSelection, now: Instant) -> Result<usize> {
        let again = (
            jobs::dead_at.eq(None::<Instant>),
            jobs::attempts.eq(0),
            jobs::run_at.eq(now),
            jobs::leased_until.eq(None::<Instant>),
        );
        let dead = jobs::table.filter(jobs::dead_at.is_not_null());
        Ok(match which {
            JobSelection::All => diesel::update(dead).set(again).execute(conn)?,
            JobSelection::Kind(kind) => {
                diesel::update(dead.filter(jobs::kind.eq(kind))).set(again).execute(conn)?
            }
            JobSelection::One(id) => {
                diesel::update(dead.filter(jobs::id.eq(id))).set(again).execute(conn)?
            }
        })
    }

    /// Takes one dead job off the list for good. Whether there was one.
    pub fn discard(conn: &mut Conn, id: JobId) -> Result<bool> {
        let dead = jobs::table.find(id).filter(jobs::dead_at.is_not_null());
        Ok(diesel::delete(dead).execute(conn)? == 1)
    }
}

/// Which of the dead jobs are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobSelection {
    All,
    Kind(String),
    One(JobId),
}
