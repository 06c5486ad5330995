//! The browser's half of the message protocol, written a second time.
//!
//! Whatever a browser does with keys, messages and files, this does too, from the description of the
//! protocol alone: it shares no code with the scripts and none with what the server reads of a wire.
//! So each checks the other (`tests/vectors/chat-v1.json`), `footing demo` can fill a world with real
//! sealed conversations, and messages can be read without a browser.
//!
//! Not here: rows, addresses and sockets. All functions take and give bytes; randomness comes from
//! the caller, so that a seed makes the same world again.

mod account;
mod bytes;
mod chain;
mod code;
mod crypto;
mod epoch;
mod file;
mod log;
mod message;
mod payload;
mod vault;
mod wrap;

#[cfg(test)]
mod tests;

pub use account::{Account, Identity, safety_number};
pub use chain::{Finding, Link, Mark, chain_next, chain_start, notice_hash};
pub use code::Code;
pub use epoch::{Epoch, NewEpoch, Reshare, Signed};
pub use file::{SealedFile, open_file, seal_file};
pub use log::{Entry, Kind, verify_log};
pub use message::{Act, Expected, Header, Opened, Sealed, is_opening, open, seal};
pub use payload::{Attachment, Payload};
pub use vault::{Vault, open_vault, seal_vault};
pub use wrap::{Wrap, WrapKind, open_wrap, passkey_input, seal_wrap};

/// SHA-256 of something, or another 32 bytes that name or open something.
pub type Hash = [u8; 32];

/// Why something was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("made by a newer version")]
    Newer,
    #[error("cannot be verified: {0}")]
    Unverified(&'static str),
    #[error("this secret does not open it")]
    WrongSecret,
    #[error("the recovery code has a slip in it")]
    WrongCode,
    #[error("larger than the protocol allows")]
    Limit,
    #[error("older than what was seen before")]
    Rollback,
}

pub type Result<T> = std::result::Result<T, Refusal>;

/// Goes on only if `holds`.
fn need(holds: bool, why: &'static str) -> Result<()> {
    if holds { Ok(()) } else { Err(Refusal::Unverified(why)) }
}
