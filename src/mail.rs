//! Mails: an outbox row in the transaction of the cause, sent later by a job.
//!
//! So a mail exists if and only if its change committed. The letter is sealed while it waits
//! (it may hold a link that signs somebody in) and forgotten once sent. Without a mail server each
//! mail is a file, and its link is logged, so that a person alone with the program can go on.
//!
//! Not here: who is written to, and when.

mod digest;
mod letter;
mod outbox;
pub mod schema;
mod transport;

pub use digest::SEND_HELD;
pub use letter::{Attachment, Letter};
pub use outbox::{MailCounts, MailId, Outgoing, RefusedMail, SEALED, SEND, Timing};
pub use transport::{Mail, Transport, is_writable};
