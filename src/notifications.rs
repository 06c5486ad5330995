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
//! By which ways somebody hears of a [`Topic`] they choose ([`Preference`]); in their [`QuietHours`]
//! what can wait is held. What concerns money, the account or a decision always comes, at once.
//!
//! Not here: who is told what, and in which words (the domain whose news it is), and the mails
//! about an account (`users`), which go out by mail alone.

mod forms;
pub mod handlers;
pub mod jobs;
mod notice;
mod pages;
mod preference;
mod push;
mod quiet_hours;
pub mod schema;
mod subscription;
mod topic;
pub mod unsubscribe;
mod vapid;

pub use notice::{NewNotice, Notice, NoticeId};
pub use preference::Preference;
pub use push::{Push, PushTopic, Pushed};
pub use quiet_hours::QuietHours;
pub use subscription::{Endpoint, NotSubscribed, PushSubscription, SubscriptionId};
pub use topic::Topic;
pub use vapid::PUSH_KEY;
