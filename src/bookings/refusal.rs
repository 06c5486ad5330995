//! Why a time, or an offer, could not be had.

use diesel::result::{DatabaseErrorKind, Error as Cause};

use crate::error::Error;

/// Why a time could not be had; shown above fresh slots.
#[derive(Debug, thiserror::Error)]
pub enum BookingRefusal {
    #[error("That time has just been taken. Pick another.")]
    Taken,
    #[error("That time is not offered. Pick one of those below.")]
    NotOffered,
    #[error("You have ten requests without an answer. Wait for one first.")]
    TooMany,
    #[error("You have asked already. The answer comes by mail and stands in your bookings.")]
    AskedAlready,
    #[error("You have asked for ten offers that have no answer. Wait for one first.")]
    TooManyAsked,
    #[error("This accountant does not take you as a client at present.")]
    NotTaken,
    #[error("This offer can no longer be accepted.")]
    QuoteGone,
    #[error("This accountant cannot take paid bookings at present. Write to them instead.")]
    NotPayable,
    #[error("You hold three times that are not paid for yet. Pay or cancel one first.")]
    TooManyHeld,
    #[error("Choose how you want to meet.")]
    Mode,
    #[error("Write your phone number: the accountant calls you.")]
    Phone,
    #[error("A booking can be moved three times. Cancel it and book again.")]
    TooManyMoves,
    #[error("It is too late to move this booking. You can still cancel it.")]
    TooLate,
    #[error("This accountant offers no times at present. The booking stands as it is.")]
    NotAtWork,
    #[error("It is too late to propose that time.")]
    TooLateToPropose,
    #[error("That is the time it has already.")]
    SameTime,
    #[error(
        "It is paid by card, so it takes place from three hours from now to sixty days after the \
         charge."
    )]
    OutOfReach,
    #[error("There is no proposal to answer any more.")]
    ProposalGone,
    #[error("Another time is proposed now. Read it before you answer.")]
    ProposalChanged,
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<Cause> for BookingRefusal {
    /// The database decides last.
    fn from(cause: Cause) -> Self {
        match &cause {
            Cause::DatabaseError(kind, said)
                if !matches!(kind, DatabaseErrorKind::UniqueViolation)
                    && (said.message().contains("booking_overlap")
                        || said.constraint_name() == Some("booking_overlap")) =>
            {
                Self::Taken
            }
            _ => Self::Failed(cause.into()),
        }
    }
}

impl From<BookingRefusal> for Error {
    /// Where no times are shown to pick another from.
    fn from(refusal: BookingRefusal) -> Self {
        match refusal {
            BookingRefusal::Failed(error) => error,
            other => Self::conflict(other.to_string()),
        }
    }
}
