//! What somebody is told: the page of notices, the count at the bell, and the mail that says the
//! same.
//!
//! A domain that has news calls [`Notice::tell`] in the transaction of the cause. Notice and mail
//! are rows of it, so they exist if and only if it commits; the same cause (kind, object, version)
//! is told once, however often it is told.
//!
//! Not here: who is told what, and in which words (the domain whose news it is), and the mails
//! about an account (`users`), which go out by mail alone.

mod forms;
pub mod handlers;
mod notice;
mod pages;
pub mod schema;

pub use notice::{Notice, NoticeId, Telling};
