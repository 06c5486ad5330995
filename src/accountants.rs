//! Who the accountants are: the profile behind their public page.
//!
//! A profile exists from the sign-up on (same transaction) and may be filled in bit by bit; what
//! is there is always valid. A slug leads to its owner for ever. Photographs are drawn anew, so
//! nothing of the file that was sent, its metadata least of all, is ever served.
//!
//! Not here: whether a profile is complete or listed (that needs services: `listings`), the public
//! page (`directory`), the check of a credential by a moderator (`moderation`).

mod accountant;
pub mod choices;
mod credential;
mod forms;
pub mod handlers;
pub mod jobs;
mod joining;
mod markdown;
pub mod meeting;
mod owner_zone;
mod pages;
mod payee;
mod photo;
pub mod places;
pub mod schema;
mod slug;
mod tags;

use crate::db::SealedColumn;

pub use accountant::{Accepting, Accountant, called};
pub use credential::{
    Badge, CLAIM_BYTES, Credential, CredentialForm, CredentialId, CredentialKind, CredentialStatus,
    EvidenceFile, KeptClaim, NewCredential, RegisterCheck, StoredEvidence,
};
pub use forms::{NewProfile, ProfileForm, SignUpForm};
pub use markdown::Markdown;
pub use meeting::Meeting;
pub use payee::{Payee, PayeeState};
pub use photo::{DrawnPhoto, Photo, Squares};
pub use slug::Slug;
pub use tags::{TagKind, Tags};

/// What of this domain is sealed.
pub const SEALED: [SealedColumn; 2] = [meeting::SEALED, credential::SEALED];
