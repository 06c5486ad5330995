//! Order: what is reported, who decides about it, and how that is objected to.
//!
//! Whatever is reported opens a [`Case`], one for each thing; further reports join it. A case ends with
//! a decision (`decisions`), which everybody concerned is told, and against which there is one
//! [`Appeal`], decided by somebody else. [`restrict`] is how a person's profile, review or account is
//! restricted: it records the decision and has the owner of the thing carry it out.
//!
//! Not here: what a decision is and says (`decisions`), the queue of everything that waits for admins
//! and their search for people (`admin`). No conversation is loaded for an admin: of messages they see
//! what a report shows ([`Evidence`]), and nothing beside it.

mod address;
mod appeal;
mod case;
mod check;
mod complaint;
mod contact;
mod decide;
mod evidence;
mod forms;
pub mod handlers;
pub mod jobs;
mod link;
mod notify;
mod pages;
mod report;
mod restriction;
mod retention;
pub mod schema;
mod unfounded;
mod waiting;
mod words;

use crate::db::SealedColumn;

pub use address::TargetAddress;
pub use appeal::{Appeal, AppealId, DecisionReader};
pub use case::{Case, CaseId, CaseRow};
pub use complaint::{Complaint, ComplaintRow, Verdict};
pub use evidence::{
    Evidence, FileState, ItemRole, Proof, ReportItem, ReportItemId, ReportedMessage,
};
pub use forms::ParsedDecision;
pub use report::{NewReport, Reason, Report, ReportId, Reporter};
pub use restriction::{lift, restrict};

/// What of this domain is sealed.
pub const SEALED: [SealedColumn; 4] =
    [report::SEALED, contact::SEALED, appeal::SEALED, evidence::SEALED];
