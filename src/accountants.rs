//! Who the accountants are: the profile behind their public page.
//!
//! A profile exists from the sign-up on (same transaction) and may be filled in bit by bit; what
//! is there is always valid. A slug leads to its owner for ever. Photographs are drawn anew, so
//! nothing of the file that was sent, its metadata least of all, is ever served.
//!
//! Not here: whether a profile is complete or listed (that needs services: `listings`), the public
//! page (`directory`), credentials.

mod accountant;
pub mod choices;
mod forms;
pub mod handlers;
pub mod jobs;
mod markdown;
mod pages;
mod photo;
pub mod schema;
mod slug;
mod tags;

pub use accountant::{Accepting, Accountant};
pub use forms::{NewProfile, ProfileForm, SignUpForm};
pub use markdown::Markdown;
pub use photo::{Photo, Squares};
pub use slug::Slug;
pub use tags::{TagKind, Tags};
