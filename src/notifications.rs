//! What somebody is told: the page of notices, the count at the bell, the mail that says the same,
//! and the way to a browser that has no page open.
//!
//! A domain that has news calls [`Notice::tell`] in the transaction of the cause. Notice and mail
//! are rows of it, so they exist if and only if it commits; the same cause (kind, object, version)
//! is told once, however often it is told.
//!
//! A browser asks to be told by push ([`PushSubscription`]); [`Push`] wakes it with an empty request,
//! so that no push service learns what there is to read.
//!
//! Not here: who is told what, and in which words (the domain whose news it is), and the mails
//! about an account (`users`), which go out by mail alone.

mod forms;
pub mod handlers;
mod notice;
mod pages;
mod push;
pub mod schema;
mod subscription;
mod vapid;

pub use notice::{Notice, NoticeId, Telling};
pub use push::{Push, Pushed};
pub use subscription::{Endpoint, NotSubscribed, PushSubscription, SubscriptionId};
pub use vapid::PUSH_KEY;
