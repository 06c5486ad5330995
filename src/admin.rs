//! What admins see and do, and the log of it.
//!
//! Every address below `/admin` takes an `Admin`, so for everybody else it is not there. What an
//! admin or operator does to somebody is a row of the [`Audit`] log, in the transaction of the act.
//!
//! Not here: moderation, which comes with what there is to moderate.

mod audit;
pub mod handlers;
mod pages;
pub mod schema;

pub use audit::Audit;
