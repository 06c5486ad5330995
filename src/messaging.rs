//! Two people write to each other, and nobody else can read it.
//!
//! Send by POST, receive by WebSocket, catch up by GET. The database is the truth and every push is
//! only a hint. A [`Conversation`] is one row a pair; its timeline is a dense sequence of rows
//! ([`Message`]: sealed, or a notice of the site), each numbered, dated and chained to the one before
//! in the transaction that stores it. Texts are sealed in the browser: the server keeps public keys
//! ([`Identity`]), wrapped secrets ([`KeyWrap`], [`Epoch`]) and ciphertext, and never a key that opens
//! one.
//!
//! Not here: how hints travel (`live`), what a booking is (`bookings` posts its notices here), and
//! anything that opens a message. No admin route loads a conversation.

mod asking;
mod attachment;
mod blob;
mod blob_parts;
mod conversation;
mod conversation_view;
mod device;
mod digest_rule;
mod epoch;
mod export;
mod forms;
pub mod handlers;
mod history;
mod identity;
mod inbox;
pub mod jobs;
mod key_wrap;
mod mail_choice;
mod message;
pub mod node;
mod notice;
mod opening;
mod pages;
mod participant;
mod peer;
pub mod presence;
mod recent;
mod recipients;
mod removal;
mod reshare;
pub mod schema;
mod sealed_file;
mod sending;
mod settings;
mod thread;
mod timeline;
mod timeline_stretch;
mod trace;
mod vault;
mod waiting_mail;
mod waiting_push;
mod ways_in;
pub mod wire;

pub use blob::{Blob, BlobId, BlobState, NoRoom};
pub use conversation::{Conversation, ConversationId, NotOpened};
pub use conversation_view::ConversationView;
pub use device::{Device, DeviceId};
pub use epoch::{Epoch, NotBegun};
pub use export::Stamp;
pub use identity::{Identity, Proposal};
pub use key_wrap::{KeyWrap, NewWrap, WrapId, WrapKind};
pub use message::{ChainLink, Message, SealedMessage};
pub use notice::{NoticeKind, NoticeKinds, NoticePage, TimelineNotice};
pub use opening::Opening;
pub use participant::Participant;
pub use peer::Peer;
pub use presence::{Connection, ConnectionId, Presence};
pub use recent::Recent;
pub use reshare::{NotShared, Reshare};
pub use sealed_file::PromisedFile;
pub use sending::{PostedMessage, SendEffect, SendRefusal, SentMessage};
pub use settings::{ChatChoices, ChatSettings, MailMode};
pub use timeline::{Before, HistoryLink, TimelineEntry};
pub use timeline_stretch::{MissedRows, TimelineStretch};
pub use trace::Trace;
pub use vault::Vault;
