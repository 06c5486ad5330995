//! The table of what a site does later: a body for each kind of job, and the rounds.

use std::collections::HashMap;
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;

use super::{JobKind, Schedule};
use crate::clock::Span;
use crate::error::{Error, Result};

/// Work that has been asked for and not begun.
pub(super) type Doing = Pin<Box<dyn Future<Output = Result<()>> + Send>>;
type JobBody<S> = Box<dyn Fn(S, &str) -> Doing + Send + Sync>;
type RoundBody<S> = Box<dyn Fn(S) -> Doing + Send + Sync>;

/// Every kind of job with what does it, and what is done again and again. Built in `work.rs`.
pub struct Work<S> {
    jobs: HashMap<&'static str, JobBody<S>>,
    rounds: HashMap<&'static str, RoundBody<S>>,
    schedule: Schedule,
}

impl<S> Default for Work<S> {
    fn default() -> Self {
        Self { jobs: HashMap::new(), rounds: HashMap::new(), schedule: Schedule::default() }
    }
}

impl<S: 'static> Work<S> {
    #[must_use]
    pub fn on<T, F, R>(mut self, kind: &JobKind<T>, body: F) -> Self
    where
        T: Display + FromStr,
        F: Fn(S, T) -> R + Send + Sync + 'static,
        R: Future<Output = Result<()>> + Send + 'static,
    {
        let run: JobBody<S> = Box::new(move |site, payload| match payload.parse() {
            Ok(about) => Box::pin(body(site, about)),
            Err(_) => Box::pin(async { Err(Error::internal("the payload cannot be read")) }),
        });
        self.jobs.insert(kind.name, run);
        self
    }

    /// Does something every so often, on one node at a time.
    #[must_use]
    pub fn every<F, R>(mut self, name: &'static str, period: Span, body: F) -> Self
    where
        F: Fn(S) -> R + Send + Sync + 'static,
        R: Future<Output = Result<()>> + Send + 'static,
    {
        self.rounds.insert(name, Box::new(move |site| Box::pin(body(site))));
        self.schedule.add(name, period);
        self
    }

    /// The rounds and their periods, in the order in which they were named.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    pub(super) fn job(&self, site: S, kind: &str, payload: &str) -> Doing {
        match self.jobs.get(kind) {
            Some(body) => body(site, payload),
            None => Box::pin(async { Err(Error::internal("no such kind of job")) }),
        }
    }

    pub(super) fn round(&self, site: S, name: &str) -> Doing {
        match self.rounds.get(name) {
            Some(body) => body(site),
            None => Box::pin(async { Err(Error::internal("no such round")) }),
        }
    }
}
