//! What happens later: jobs as rows, rounds by the clock, and the runner that does both.
//!
//! A job is enqueued through the connection of its cause, so it exists if and only if that
//! commits. The runner leases due jobs, does them at least once, several at a time, and backs off
//! after a failure; a job that failed ten times lies on the dead list for an admin. Nothing that
//! waits for somebody else stops what does not: mail has a queue of its own, of the other each kind
//! of job has its share, each round is a task of its own (that of calendars kept elsewhere among
//! them), and everything has a deadline below its lease. Bodies must be safe to run twice and to be
//! dropped at any `await`. Which kinds there are, and what they do, says `work.rs`.

mod job;
mod runner;
mod schedule;
pub mod schema;
mod work;

pub use job::{DeadJob, Job, JobCounts, JobId, JobKind, JobSelection, Queue};
pub use runner::Runner;
pub use schedule::Schedule;
pub use work::Work;
