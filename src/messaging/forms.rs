//! What browsers and scripts send.

use serde::Deserialize;

use super::inbox::InboxCursor;
use super::wire::{self, Header};
use super::{
    Before, BlobId, ChatChoices, ConversationId, DeviceId, MailMode, NewWrap, PostedMessage,
    Proposal, Reshare, Vault, WrapKind,
};
use crate::clock::Instant;
use crate::error::Result;
use crate::seal::from_base64url;
use crate::users::UserId;

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

/// The query of `GET /get_message`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct GetForm {
    pub user: String,
    pub screen_size: String,
    pub before_timestamp: String,
}

/// What of a history is asked for.
pub struct HistoryQuery {
    pub user: UserId,
    pub most: i64,
    /// None when the point lies before all messages.
    pub before: Option<Before>,
}

impl GetForm {
    const SCREEN: i64 = 50;

    /// `None` in the outer place for another shape; an unreadable id is nobody's.
    pub fn parse(&self) -> Option<HistoryQuery> {
        Some(HistoryQuery {
            user: self.user.parse().unwrap_or(UserId(0)),
            most: self.most()?,
            before: self.before()?,
        })
    }

    /// Any whole number, brought between 1 and 200.
    fn most(&self) -> Option<i64> {
        match self.screen_size.as_str() {
            "" => Some(Self::SCREEN),
            text => whole(text).map(|number| number.clamp(1, 200)),
        }
    }

    /// A point to come has no row after it. It is not compared with now: the last rows may be dated
    /// a little later, and their own dates must lead on to the page before them.
    #[expect(clippy::option_option, reason = "another shape, before everything, or a point")]
    fn before(&self) -> Option<Option<Before>> {
        let text = self.before_timestamp.as_str();
        let at = match whole(text) {
            _ if text.is_empty() => return Some(Some(Before::Newest)),
            Some(millis) => Instant::from_millis(millis),
            None => text
                .parse()
                .ok()
                .map(|at: jiff::Timestamp| Instant::from_micros(at.as_microsecond()))?,
        };
        Some(Some(Before::Instant(at)).filter(|_| at.micros() > 0))
    }
}

/// A decimal integer of any length; one beyond 63 bits counts as the greatest or least.
fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let limit = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    Some(text.parse().unwrap_or(limit))
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

/// A new epoch.
#[derive(Debug, Deserialize)]
pub struct EpochForm {
    record: String,
    sig: String,
}

impl EpochForm {
    pub fn parse(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        Some((from_base64url(&self.record)?, from_base64url(&self.sig)?))
    }
}

/// Keys of earlier epochs for the other side's new key.
#[derive(Debug, Deserialize)]
pub struct ResharesForm {
    reshares: Vec<EpochForm>,
}

impl ResharesForm {
    pub const MOST: usize = 96 * 1024;

    /// `None` for none, for too many, or for bytes of another shape.
    pub fn parse(&self) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
        let is_fitting = (1..=Reshare::MOST).contains(&self.reshares.len());
        self.reshares
            .iter()
            .filter(|_| is_fitting)
            .map(EpochForm::parse)
            .collect::<Option<Vec<_>>>()
            .filter(|some| !some.is_empty())
    }
}

/// A line of the identity log, with the wrap that comes with it.
#[derive(Debug, Deserialize)]
pub struct KeysForm {
    entry: String,
    self_sig: String,
    prev_sig: Option<String>,
    label: String,
}

impl KeysForm {
    pub fn parse(&self) -> Option<(Proposal, String)> {
        let prev_sig = match &self.prev_sig {
            Some(sig) => Some(from_base64url(sig)?),
            None => None,
        };
        let proposal = Proposal {
            entry: from_base64url(&self.entry)?,
            self_sig: from_base64url(&self.self_sig)?,
            prev_sig,
        };
        Some((proposal, label(&self.label)?))
    }
}

/// A browser that was unlocked.
#[derive(Debug, Deserialize)]
pub struct DeviceForm {
    label: String,
}

impl DeviceForm {
    pub fn parse(&self) -> Option<String> {
        label(&self.label)
    }
}

fn label(text: &str) -> Option<String> {
    crate::web::text::line("Label", text, 1, 80).ok()
}

/// A wrap of the account secret.
#[derive(Debug, Deserialize)]
pub struct WrapForm {
    kind: i64,
    #[serde(default)]
    label: String,
    device: Option<String>,
    credential_id: Option<String>,
    salt: String,
    nonce: String,
    ct: String,
    commit: String,
}

impl WrapForm {
    pub fn parse(&self) -> Option<NewWrap> {
        let exactly =
            |text: &str, length: usize| from_base64url(text).filter(|bytes| bytes.len() == length);
        let kind = WrapKind::of(self.kind)?;
        let device: Option<DeviceId> = match &self.device {
            Some(id) => Some(id.parse().ok()?),
            None => None,
        };
        let credential_id = match &self.credential_id {
            Some(id) => Some(from_base64url(id).filter(|id| (1..=1024).contains(&id.len()))?),
            None => None,
        };
        let fits = (kind == WrapKind::Device) == device.is_some()
            && (kind == WrapKind::Passkey) == credential_id.is_some();
        fits.then_some(())?;
        Some(NewWrap {
            kind,
            label: crate::web::text::line("Label", &self.label, 0, 80).ok()?,
            device,
            credential_id,
            salt: exactly(&self.salt, 32)?,
            nonce: exactly(&self.nonce, 12)?,
            ct: exactly(&self.ct, 48)?,
            key_commit: exactly(&self.commit, 32)?,
        })
    }
}

/// The vault, and which version it takes the place of.
#[derive(Debug, Deserialize)]
pub struct VaultForm {
    pub version: i64,
    ik_id: String,
    nonce: String,
    ct: String,
}

impl VaultForm {
    const MOST: usize = 256 * 1024 + 16;

    pub fn parse(&self, user: UserId) -> Option<Vault> {
        let bytes = |text: &str| from_base64url(text);
        Some(Vault {
            user_id: user,
            version: self.version.checked_add(1).filter(|version| *version > 0)?,
            ik_id: bytes(&self.ik_id).filter(|id| id.len() == 32)?,
            nonce: bytes(&self.nonce).filter(|nonce| nonce.len() == 12)?,
            ct: bytes(&self.ct).filter(|ct| (16..=Self::MOST).contains(&ct.len()))?,
        })
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(screen_size: &str, before: &str) -> Option<HistoryQuery> {
        let form = GetForm {
            user: String::new(),
            screen_size: screen_size.to_owned(),
            before_timestamp: before.to_owned(),
        };
        form.parse()
    }

    #[test]
    fn the_size_of_a_screen_is_brought_between_1_and_200() {
        for (text, most) in
            [("", 50), ("1", 1), ("0", 1), ("-5", 1), ("200", 200), ("9".repeat(40).as_str(), 200)]
        {
            assert_eq!(asked(text, "").unwrap().most, most, "{text}");
        }
        for text in ["x", "1.5", " 1", "1e3", "-", "0x10"] {
            assert!(asked(text, "").is_none(), "{text}");
        }
    }

    #[test]
    fn a_timestamp_is_milliseconds_or_has_an_offset() {
        let before = |text: &str| asked("", text).unwrap().before;
        assert!(matches!(before(""), Some(Before::Newest)));
        assert!(
            matches!(before(&"9".repeat(40)), Some(Before::Instant(at)) if at.millis() > 1 << 42)
        );
        assert!(matches!(before("1970-01-01T01:00:05+01:00"),
            Some(Before::Instant(at)) if at.millis() == 5000));
        assert!(matches!(before("777"), Some(Before::Instant(at)) if at.millis() == 777));
        assert!(before("0").is_none() && before("-1").is_none());
        for text in ["yesterday", "1970-01-01", "1970-01-01T00:00:05", "1.5"] {
            assert!(asked("", text).is_none(), "{text}");
        }
    }
}
