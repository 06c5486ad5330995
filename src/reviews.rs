//! What client and accountant say about an hour that took place.
//!
//! A [`Review`] belongs to one side of one booking. Both sides open together: when the second arrives,
//! or 336 hours after the end. Until then nobody but its author, admins included, can learn that it
//! exists: writing touches no row that others' pages read, its id is random and unknown to every
//! route, and what is read in public asks for `opened_at`. The client's is for everybody, the
//! accountant's for that client alone.
//!
//! [`Totals`] of an accountant are worked out from all rows whenever one opens, is hidden, shown again
//! or withdrawn; they are never counted up, so that hiding and showing again changes no bit. A
//! [`ReportRecord`] says what became of the reports that an accountant made of reviews of theirs.
//!
//! Not here: who decides that something is hidden (`moderation`), and where the score orders people
//! (`directory`).

mod decided;
mod forms;
pub mod handlers;
pub mod jobs;
mod labels;
mod lint;
mod notify;
mod opening;
mod pages;
mod public;
mod reply;
mod reported;
mod restriction;
mod review;
pub mod schema;
mod signs;
mod totals;
mod writing;

pub use forms::{ReviewWords, WrittenReview};
pub use labels::Label;
pub use pages::report_path;
pub use public::{PublicReview, ReviewsShown};
pub use reply::{ReplyId, ReviewReply};
pub use reported::ReportRecord;
pub use restriction::ReviewScope;
pub use review::{Review, ReviewId, ReviewSide, ShownAs};
pub use totals::{Totals, score, score_words};
