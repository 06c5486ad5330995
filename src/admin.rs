//! What admins see and do, and the log of it.
//!
//! Every address below `/admin` takes an `Admin`, so for everybody else it is not there. What an
//! admin or operator does to somebody is a row of the `audit` log, in the transaction of the act.
//!
//! Not here: moderation, which comes with what there is to moderate.

mod forms;
pub mod handlers;
pub mod jobs;
mod pages;
mod people;
mod queue;
mod readiness;
mod statistics;
