//! Money that passes through Footing.
//!
//! Every cent of it stands in the [`ledger`], in journals that balance: the database refuses one that
//! does not, raw SQL included, and nothing in it is ever changed. What Footing keeps is worked out in
//! whole minor units by [`Split`], so that refunds in any sequence return the commission to the cent.
//! What moves money makes a [`Paper`] in the same transaction: invoices and credit notes, numbered
//! without gaps, that never change.
//!
//! Not here: when a booking is confirmed or ends (`bookings`); rates between currencies, as Footing
//! converts none.

mod account;
pub mod advice;
mod answers;
pub mod audit;
mod balance_line;
pub mod billing;
mod booked;
mod books;
mod card;
mod commission;
pub mod decisions;
mod dispute;
pub mod earnings;
mod events;
mod follow;
mod forms;
mod funds;
pub mod gateway;
pub mod handlers;
pub mod issue;
pub mod jobs;
pub mod journals;
pub mod ledger;
mod look;
pub mod month;
mod notify;
mod operation;
mod pages;
mod paper;
mod payment;
mod practice;
mod reconcile;
pub mod record;
pub mod recorded;
mod refund;
pub mod schema;
mod spreadsheet;
pub mod steps;
pub mod summary;
pub mod tasks;
mod transfer;
mod wake;
mod walk;
mod webhook;
mod worker;

pub use account::{AccountId, AccountState, LOOK_AT_ACCOUNT, PayoutAccount};
pub use card::PaidCard;
pub use commission::{Rates, Share, Split};
pub use dispute::{Dispute, DisputeStatus};
pub use follow::return_money;
pub use funds::{Funds, has_open_dispute};
pub use gateway::{Gateway, Inspection, StripeAnswer, StripeGateway};
pub use operation::{Operation, OperationKind, OperationState, Subject, Urgency};
pub use paper::{PLATFORM, Paper, PaperId, PaperKind};
pub use payment::{Freeze, NewPayment, Payment, PaymentId, PaymentState, SEALED};
pub use refund::{NewRefund, Refund, RefundCause, RefundId, RefundState};
pub use wake::{WAKE, wake};
pub use webhook::{MOST_BYTES, Rejection, StripeEvent};
pub use worker::Worker;
