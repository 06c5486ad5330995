//! What happens later: jobs as rows, and the runner that does them.
//!
//! A job is enqueued through the connection of its cause, so it exists if and only if that
//! commits. The runner leases due jobs, does them at least once, backs off after a failure, and
//! lays a job that failed ten times on the dead list for an admin. Bodies must be safe to run
//! twice. Which kinds there are, and what they do, says `work.rs`.

mod job;
mod runner;
pub mod schema;

pub use job::{Counts, DeadJob, Job, JobId, Kind};
pub use runner::{Runner, Work};
