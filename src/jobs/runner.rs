//! Does the jobs and the rounds. One in each process; several processes share the rows.

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{sleep, timeout};

use super::work::Doing;
use super::{Job, JobId, Queue, Schedule, Work};
use crate::clock::Span;
use crate::db::Db;
use crate::error::{Error, Result};

/// Runs the work of a site until it is told to stop.
pub struct Runner<S> {
    work: Arc<Work<S>>,
    site: S,
    db: Db,
    /// Jobs that this runner has leased and not ended.
    begun: Arc<Mutex<HashSet<JobId>>>,
    deadline: Duration,
    drain: Duration,
}

impl<S: Clone> Clone for Runner<S> {
    fn clone(&self) -> Self {
        Self {
            work: self.work.clone(),
            site: self.site.clone(),
            db: self.db.clone(),
            begun: self.begun.clone(),
            deadline: self.deadline,
            drain: self.drain,
        }
    }
}

impl<S: Clone + Send + Sync + 'static> Runner<S> {
    const PAUSE: Duration = Duration::from_millis(500);
    /// Every job and every round ends within this time, which is below a job's lease.
    const DEADLINE: Duration = Duration::from_secs(60);
    /// What was begun may go on so long after the word to stop.
    const DRAIN: Duration = Duration::from_secs(8);
    /// The database may be what does not answer.
    const LAST_WORD: Duration = Duration::from_millis(500);

    pub fn new(work: Work<S>, site: S, db: Db) -> Self {
        Self {
            work: Arc::new(work),
            site,
            db,
            begun: Arc::default(),
            deadline: Self::DEADLINE,
            drain: Self::DRAIN,
        }
    }

    /// With other times, for whoever cannot wait so long.
    #[must_use]
    pub fn with_times(self, deadline: Duration, drain: Duration) -> Self {
        Self { deadline, drain, ..self }
    }

    /// Until `stop` becomes true. What was begun is finished, or dropped when it takes too long.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        let mut told = stop.clone();
        let patience = self.drain;
        let too_long = async {
            let _ = told.wait_for(|stop| *stop).await;
            sleep(patience).await;
        };
        let all = async {
            tokio::join!(
                self.keep_rounds(stop.clone()),
                self.keep_queue(Queue::Common, stop.clone()),
                self.keep_queue(Queue::Mail, stop.clone()),
            )
        };
        tokio::select! {
            _ = all => {}
            () = too_long => tracing::warn!("work that did not end in time is dropped"),
        }
        self.give_back().await;
    }

    /// Everything that is due now, one after the other; how many jobs were begun. Tests call this
    /// instead of waiting.
    pub async fn round(&self) -> Result<usize> {
        for (name, period) in self.due_rounds().await? {
            self.clone().do_round(name, period).await;
        }
        let mut begun = 0;
        for queue in [Queue::Common, Queue::Mail] {
            let jobs = self.lease(queue, 20, vec![]).await?;
            begun += jobs.len();
            for job in jobs {
                self.clone().do_job(job).await;
            }
        }
        Ok(begun)
    }

    /// Each round that is due in a task of its own, and none twice at once.
    async fn keep_rounds(&self, mut stop: watch::Receiver<bool>) {
        let mut tasks = JoinSet::new();
        let mut under_way = HashSet::new();
        while !*stop.borrow() {
            match self.due_rounds().await {
                Ok(due) => {
                    for (name, period) in due {
                        if under_way.insert(name) {
                            let round = self.clone().do_round(name, period);
                            tasks.spawn(async move {
                                round.await;
                                name
                            });
                        }
                    }
                }
                Err(error) => tracing::warn!(cause = ?error, "the schedule could not be read"),
            }
            let _ = timeout(Self::PAUSE, stop.wait_for(|stop| *stop)).await;
            while let Some(ended) = tasks.try_join_next() {
                if let Ok(name) = ended {
                    under_way.remove(name);
                }
            }
        }
        tasks.join_all().await;
    }

    /// As many jobs of a queue at once as it is wide, and of each kind its share. Each is begun as
    /// soon as it is leased, so that its deadline comes before its lease ends.
    async fn keep_queue(&self, queue: Queue, mut stop: watch::Receiver<bool>) {
        let mut tasks = JoinSet::new();
        let mut kinds = HashMap::<Id, String>::new();
        while !*stop.borrow() {
            while let Some(ended) = tasks.try_join_next_with_id() {
                kinds.remove(&id_of(ended));
            }
            let free = queue.width().saturating_sub(tasks.len()).min(queue.share());
            let jobs = match free {
                0 => Ok(vec![]),
                _ => self.lease(queue, free, full(&kinds, queue.share())).await,
            };
            let jobs = jobs.unwrap_or_else(|error| {
                tracing::warn!(cause = ?error, "the runner could not look for work");
                vec![]
            });
            let may_be_more = free > 0 && jobs.len() == free;
            for job in jobs {
                let kind = job.kind.clone();
                kinds.insert(tasks.spawn(self.clone().do_job(job)).id(), kind);
            }
            if may_be_more && tasks.len() < queue.width() {
                continue;
            }
            // what ends makes room, where all places were taken or all of a kind
            let is_awaited =
                tasks.len() >= queue.width() || !full(&kinds, queue.share()).is_empty();
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => {}
                () = sleep(Self::PAUSE) => {}
                Some(ended) = tasks.join_next_with_id(), if is_awaited => {
                    kinds.remove(&id_of(ended));
                }
            }
        }
        tasks.join_all().await;
    }

    async fn due_rounds(&self) -> Result<Vec<(&'static str, Span)>> {
        let work = self.work.clone();
        self.db.read(move |conn, now| work.schedule().due(conn, now)).await
    }

    async fn do_round(self, name: &'static str, period: Span) {
        let claim = self.db.write(move |conn, now| Schedule::claim(conn, name, period, now)).await;
        let done = match claim {
            Ok(true) => self.in_time(self.work.round(self.site.clone(), name)).await,
            Ok(false) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = done {
            tracing::warn!(name, cause = ?error, "a round failed");
        }
    }

    async fn lease(&self, queue: Queue, most: usize, full: Vec<String>) -> Result<Vec<Job>> {
        let most = i64::try_from(most).unwrap_or(1);
        let jobs =
            self.db.write(move |conn, now| Job::lease(conn, queue, now, most, &full)).await?;
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.extend(jobs.iter().map(|job| job.id));
        Ok(jobs)
    }

    async fn do_job(self, job: Job) {
        let id = job.id;
        let outcome = self.in_time(self.work.job(self.site.clone(), &job.kind, &job.payload)).await;
        let kept = match outcome {
            // what a job was about may be gone; there is nothing left to do then
            Ok(()) | Err(Error::NotFound) => {
                self.db.write(move |conn, _| Job::done(id, conn)).await
            }
            Err(error) => {
                let (kind, attempts) = (job.kind.clone(), job.attempts);
                tracing::warn!(kind, %id, attempts, cause = ?error, "a job failed");
                let cause = format!("{error:?}");
                self.db.write(move |conn, now| job.failed(conn, now, &cause)).await
            }
        };
        match kept {
            Ok(()) => {
                self.begun.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
            }
            // the lease ends by itself, and the job is done once more
            Err(error) => tracing::warn!(%id, cause = ?error, "the end of a job was not kept"),
        }
    }

    /// The outcome, unless it takes too long; a panic is a failure as any other.
    async fn in_time(&self, doing: Doing) -> Result<()> {
        match timeout(self.deadline, AssertUnwindSafe(doing).catch_unwind()).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(Error::internal("it panicked")),
            Err(_) => {
                Err(Error::internal(format!("it took over {} s", self.deadline.as_secs_f32())))
            }
        }
    }

    /// Gives back what was leased and not ended, so that others need not wait for the lease.
    async fn give_back(&self) {
        let ids: Vec<_> = {
            let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
            begun.drain().collect()
        };
        if !ids.is_empty() {
            let giving = self.db.write(move |conn, now| Job::give_back(conn, &ids, now));
            let _ = timeout(Self::LAST_WORD, giving).await;
        }
    }
}

/// The task that ended, well or not.
fn id_of(ended: std::result::Result<(Id, ()), JoinError>) -> Id {
    ended.map_or_else(|error| error.id(), |(id, ())| id)
}

/// The kinds that have their share under way.
fn full(kinds: &HashMap<Id, String>, share: usize) -> Vec<String> {
    let mut counts = HashMap::<&String, usize>::new();
    for kind in kinds.values() {
        *counts.entry(kind).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count >= share).map(|(kind, _)| kind.clone()).collect()
}
