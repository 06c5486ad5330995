//! What a request can end in that no page of its own can say.
//!
//! `Display` is what the visitor reads. The cause of [`Error::Internal`] goes to the log beside the
//! request id that the page shows. Names no web framework: `web` turns an error into an answer.

use std::borrow::Cow;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request was not done. A rejected form is a page and a domain's "no" its own small enum.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not there, or not for this visitor: the two must look alike (404).
    #[error("We could not find that page.")]
    NotFound,
    /// Nobody is signed in (303 to the sign-in page; 401 where no page is expected).
    #[error("Sign in to see this page.")]
    SignedOut,
    /// Signed in, and a party, but without the right (403).
    #[error("{0}")]
    Forbidden(Cow<'static, str>),
    /// The thing has changed meanwhile (409).
    #[error("{0}")]
    Conflict(Cow<'static, str>),
    /// Too many tries (429); holds the seconds to wait.
    #[error("That was tried too often. Wait {0} seconds, then try again.")]
    TooMany(u64),
    /// A queue is full or a dependency is away (503).
    #[error("The site is busy. Nothing was changed. Try again in a few seconds.")]
    Busy,
    /// Our fault (500). The cause is for the log only.
    #[error("Something went wrong on our side. Nothing was changed.")]
    Internal(String),
}

impl Error {
    pub fn forbidden(words: impl Into<Cow<'static, str>>) -> Self {
        Self::Forbidden(words.into())
    }

    pub fn conflict(words: impl Into<Cow<'static, str>>) -> Self {
        Self::Conflict(words.into())
    }

    /// Wraps a cause that the visitor must not read.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }
}

/// What a database says when it is away, full or held up: nothing of ours is wrong, and trying
/// again helps. Neither database gives these a kind of their own.
const PASSING: [&str; 8] = [
    "database is locked",
    "disk is full",
    "disk I/O error",
    "readonly database",
    "deadlock detected",
    "canceling statement due to",
    "connection",
    "shutting down",
];

impl From<diesel::result::Error> for Error {
    fn from(cause: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error as Cause};
        match cause {
            Cause::NotFound => Self::NotFound,
            Cause::DatabaseError(Kind::SerializationFailure | Kind::ClosedConnection, _) => {
                Self::Busy
            }
            Cause::DatabaseError(Kind::Unknown | Kind::UnableToSendCommand, ref said)
                if PASSING.iter().any(|words| said.message().contains(words)) =>
            {
                tracing::warn!(%cause, "the database could not do its work now");
                Self::Busy
            }
            other => Self::internal(other),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(cause: std::io::Error) -> Self {
        Self::internal(cause)
    }
}
