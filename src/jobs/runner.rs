//! The loop that does the jobs. One in each process; several processes share the rows.

use std::collections::HashMap;
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::job::{self, Job, Kind};
use crate::clock::Span;
use crate::db::Db;
use crate::error::{Error, Result};

type Doing = Pin<Box<dyn Future<Output = Result<()>> + Send>>;
type Body<S> = Box<dyn Fn(S, &str) -> Doing + Send + Sync>;
type Tick<S> = (&'static str, Span, Box<dyn Fn(S) -> Doing + Send + Sync>);

/// Every kind of job with what does it, and what is done again and again. Built in `work.rs`.
pub struct Work<S> {
    bodies: HashMap<&'static str, Body<S>>,
    ticks: Vec<Tick<S>>,
}

impl<S> Default for Work<S> {
    fn default() -> Self {
        Self { bodies: HashMap::new(), ticks: Vec::new() }
    }
}

impl<S: Clone + Send + 'static> Work<S> {
    #[must_use]
    pub fn on<T, F, R>(mut self, kind: &Kind<T>, body: F) -> Self
    where
        T: Display + FromStr,
        F: Fn(S, T) -> R + Send + Sync + 'static,
        R: Future<Output = Result<()>> + Send + 'static,
    {
        let run: Body<S> = Box::new(move |site, payload| match payload.parse() {
            Ok(about) => Box::pin(body(site, about)),
            Err(_) => Box::pin(async { Err(Error::internal("the payload cannot be read")) }),
        });
        self.bodies.insert(kind.name, run);
        self
    }

    /// Does something every so often, on one node at a time.
    #[must_use]
    pub fn every<F, R>(mut self, name: &'static str, span: Span, body: F) -> Self
    where
        F: Fn(S) -> R + Send + Sync + 'static,
        R: Future<Output = Result<()>> + Send + 'static,
    {
        self.ticks.push((name, span, Box::new(move |site| Box::pin(body(site)))));
        self
    }
}

/// Runs the work of a site until it is told to stop.
pub struct Runner<S> {
    work: Arc<Work<S>>,
    site: S,
    db: Db,
}

impl<S: Clone + Send + Sync + 'static> Runner<S> {
    const PAUSE: Duration = Duration::from_millis(500);
    const BATCH: i64 = 20;

    pub fn new(work: Work<S>, site: S, db: Db) -> Self {
        Self { work: Arc::new(work), site, db }
    }

    /// Until `stop` becomes true; a job that was begun is finished first.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let busy = match self.round(&stop).await {
                Ok(done) => done > 0,
                Err(error) => {
                    tracing::warn!(cause = ?error, "the runner could not look for work");
                    false
                }
            };
            if !busy {
                let _ = tokio::time::timeout(Self::PAUSE, stop.wait_for(|stop| *stop)).await;
            }
        }
    }

    /// Everything that is due now; how many jobs were begun. Tests call this instead of waiting.
    pub async fn round(&self, stop: &watch::Receiver<bool>) -> Result<usize> {
        for (name, every, body) in &self.work.ticks {
            let (name, every) = (*name, *every);
            let is_ours = self.db.write(move |conn, now| job::claim(conn, name, every, now));
            if is_ours.await?
                && let Err(error) = body(self.site.clone()).await
            {
                tracing::warn!(name, cause = ?error, "scheduled work failed");
            }
        }
        let jobs = self.db.write(|conn, now| Job::lease(conn, now, Self::BATCH)).await?;
        let leased = jobs.len();
        for (at, job) in jobs.iter().enumerate() {
            if *stop.borrow() {
                let rest: Vec<_> = jobs.iter().skip(at).map(|job| job.id).collect();
                self.db.write(move |conn, _| Job::give_back(conn, &rest)).await?;
                break;
            }
            self.attempt(job.clone()).await?;
        }
        Ok(leased)
    }

    async fn attempt(&self, job: Job) -> Result<()> {
        let outcome = match self.work.bodies.get(job.kind.as_str()) {
            Some(body) => body(self.site.clone(), &job.payload).await,
            None => Err(Error::internal("no such kind of job")),
        };
        match outcome {
            // what a job was about may be gone; there is nothing left to do then
            Ok(()) | Err(Error::NotFound) => {
                self.db.write(move |conn, _| Job::done(job.id, conn)).await
            }
            Err(error) => {
                tracing::warn!(kind = job.kind, id = %job.id, cause = ?error, "a job failed");
                let cause = format!("{error:?}");
                self.db.write(move |conn, now| job.failed(conn, now, &cause)).await
            }
        }
    }
}
