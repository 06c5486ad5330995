//! People: their accounts, how they sign in, and who is asking.
//!
//! A [`Viewer`] is somebody signed in, read anew on each request; only [`Viewer::act`] makes an
//! [`Actor`], who may change things, after role and status were read again inside the transaction.
//! No form, no text and no difference in time tells whether an address is known. Every check of a
//! password or code goes through [`Secrets`], which owns the limits.
//!
//! Not here: the sign-up page (it makes an accountant's profile in the same transaction, so it is
//! in `accountants`), decisions about people and their audit (`admin`), and making an admin (a
//! command: no form has that power).

mod account_sign;
mod admins;
mod attempts;
mod departure;
mod forms;
mod guessable;
pub mod handlers;
mod hasher;
pub mod jobs;
mod kept_form;
mod letters;
mod limits;
mod pages;
mod password;
mod password_change;
mod qr_code;
mod recovery_codes;
pub mod schema;
mod secrets;
mod session;
mod sign_up;
mod stale;
mod suspension;
mod token;
mod totp;
mod user;
mod viewer;

pub use account_sign::{AccountSign, SignKind};
pub use attempts::Attempt;
pub use departure::Departure;
pub use forms::parse_zone;
pub use hasher::Hasher;
pub use kept_form::KeptForm;
pub use letters::Letters;
pub use limits::RateLimits;
pub use pages::LinkGonePage;
pub use password::Password;
pub use qr_code::QrCode;
pub use recovery_codes::RecoveryCodes;
pub use secrets::{Proof, Secrets};
pub use session::{Session, SignedInDevice};
pub use sign_up::{Confirmation, Continuation, SignUp};
pub use stale::Stale;
pub use token::{Purpose, Token};
pub use totp::{SEALED, Totp};
pub use user::{Email, NewUser, Role, SignedUp, Status, User, UserId, UserName};
pub use viewer::{Actor, KeyState, UnreadCounts, Viewer};
