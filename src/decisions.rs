//! What was decided about somebody or something, and why.
//!
//! A [`Decision`] is a row that is only added: a restriction with its statement of reasons, a notice
//! that was not followed, a restriction lifted. [`restrict`] is the only way to one that hides or
//! suspends; it writes the row, the log of it, and the notice and mail to the person concerned in one
//! transaction. Whoever owns a profile, a review or an account hides it only when handed such a
//! decision, and its column names it.
//!
//! Not here: what waits to be decided, appeals and the pages (`moderation`), and hiding itself, which
//! each owner does.

mod decision;
mod ground;
mod redress;
pub mod schema;
mod statement;
mod suspension;
mod tell;

pub use decision::{
    Decision, DecisionId, NewDecision, Outcome, Restriction, Source, Target, TargetKind, keep,
    lift, replace, restrict, uphold,
};
pub use ground::Ground;
pub use redress::appeal_until;
pub use statement::{Decider, Statement, StatementDraft};
