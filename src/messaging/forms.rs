//! What browsers and scripts send.

mod history;
mod keys;

use serde::Deserialize;

use super::inbox::InboxCursor;
use super::wire::{self, Header};
use super::{Before, BlobId, ChatChoices, ConversationId, MailMode, PostedMessage};
use crate::clock::Instant;
use crate::error::Result;
use crate::seal::from_base64url;
use crate::users::UserId;

pub use history::GetForm;
pub use keys::{DeviceForm, EpochForm, KeysForm, ResharesForm, VaultForm, WrapForm};

/// The body of `POST /send_message`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendForm {
    pub sender: String,
    pub receiver: String,
    /// The wire in base64url.
    pub text: String,
    #[serde(default)]
    pub blobs: Vec<String>,
}

impl SendForm {
    /// Who claims to send, and what. `None` for another shape.
    pub fn parse(&self) -> Option<(UserId, PostedMessage)> {
        let longest = wire::MOST.div_ceil(3) * 4;
        let wire = from_base64url(&self.text).filter(|_| self.text.len() <= longest)?;
        let header = Header::parse(&wire)?;
        // an unreadable id is nobody's file
        let blobs = self.blobs.iter().map(|id| id.parse().unwrap_or(BlobId(0))).collect();
        let draft = PostedMessage { receiver: self.receiver.parse().ok()?, header, wire, blobs };
        Some((self.sender.parse().ok()?, draft))
    }
}

/// The body of `POST /blobs`.
#[derive(Debug, Deserialize)]
pub struct BlobForm {
    conversation: String,
    /// Bytes of the sealed file.
    pub size: i64,
}

impl BlobForm {
    /// An unreadable id is nobody's.
    pub fn conversation(&self) -> Result<ConversationId> {
        self.conversation.parse()
    }
}

/// Where a pane or a catching-up begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PlaceForm {
    pub before_seq: String,
    pub after_seq: String,
}

impl PlaceForm {
    /// A page begins before this row, or with the newest.
    pub fn before(&self) -> Before {
        self.before_seq.parse().map_or(Before::Newest, Before::Seq)
    }

    pub fn after(&self) -> i64 {
        self.after_seq.parse().unwrap_or(0)
    }
}

/// Where the list of conversations goes on, and whom the list of people looks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListForm {
    pub after: String,
    /// The conversation beside the list.
    pub open: String,
    pub q: String,
}

impl ListForm {
    /// The slug after which the list of people goes on; from the start for what is none.
    pub fn after_slug(&self) -> String {
        let is_slug = |c: char| c.is_ascii_alphanumeric() || c == '-';
        self.after.chars().filter(|c| is_slug(*c)).take(60).collect()
    }

    pub fn after(&self) -> Option<InboxCursor> {
        let (at, id) = self.after.split_once('-')?;
        let id: ConversationId = id.parse().ok()?;
        Some((Instant::from_micros(at.parse().ok()?), id))
    }
}

/// How far a device has got.
#[derive(Debug, Deserialize)]
pub struct AckForm {
    pub delivered: i64,
    pub read: i64,
}

/// `/settings/messages`. A box that is not ticked is not sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ChatSettingsForm {
    share_receipts: String,
    share_presence: String,
    pub mail_mode: String,
}

/// What the button under "No more mails" adds to the address. The body is the mail program's own.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct UnsubscribeForm {
    undo: String,
}

impl UnsubscribeForm {
    pub fn is_undone(&self) -> bool {
        self.undo == "on"
    }
}

impl ChatSettingsForm {
    pub fn parse(&self) -> Option<ChatChoices> {
        let is_on = |text: &str| !matches!(text, "" | "off" | "false" | "0" | "no");
        Some(ChatChoices {
            share_receipts: is_on(&self.share_receipts),
            share_presence: is_on(&self.share_presence),
            mail_mode: MailMode::parse(&self.mail_mode)?,
        })
    }
}
