//! The inbox with its list and thread, the rows of a timeline, and the pages around them.

use askama::Template;

use super::inbox::InboxRow;
use super::{
    Conversation, ConversationId, Device, Epoch, Identity, KeyWrap, Message, Participant, Peer,
    Presence, Reshare, TimelineEntry, TimelineNotice,
};
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::locale::{DayShape, LocalZone};
use crate::notifications::Topic;
use crate::seal::base64url;
use crate::users::UserId;
use crate::web::{FieldErrors, paths};

/// Conversations beside each other: the list, and the one that is open.
#[derive(Template)]
#[template(path = "messaging/inbox.html")]
pub struct InboxPage {
    pub list: InboxFragment,
    pub thread: Option<Thread>,
    /// Whether messages could be read again without this browser.
    pub has_recovery: bool,
}

/// The list alone, when something in it has changed.
#[derive(Template)]
#[template(path = "messaging/_list.html")]
pub struct InboxFragment {
    pub lines: Vec<InboxRow>,
    /// Messages that wait to be read, also in conversations further down.
    pub unread: i64,
    /// Address of the next page.
    pub next: Option<String>,
    /// The conversation beside it.
    pub open: Option<ConversationId>,
    pub zone: LocalZone,
    pub now: Instant,
}

/// One open conversation.
pub struct Thread {
    pub talk: Conversation,
    pub peer: Peer,
    pub own: Participant,
    pub other: Participant,
    pub presence: Presence,
    pub shows_receipts: bool,
    pub can_write: bool,
    pub has_keys: bool,
    /// The last row from before the epoch in use.
    pub epoch_after: i64,
    pub history: Rows,
    pub now: Instant,
}

/// Rows of a timeline with the epochs that open them: in the page, on scrolling back, and pushed.
#[derive(Template)]
#[template(path = "messaging/_rows.html")]
pub struct Rows {
    pub entries: Vec<TimelineEntry>,
    /// What else stands between the first and the last of them: links of the chain.
    pub links: Vec<Message>,
    pub epochs: Vec<Epoch>,
    /// Keys of these epochs that the other side gave again.
    pub reshares: Vec<Reshare>,
    pub has_earlier: bool,
    pub viewer: UserId,
    pub zone: LocalZone,
}

/// The same as an envelope for an open page: each row takes its place by its number.
#[derive(Template)]
#[template(path = "messaging/_upsert.html")]
pub struct Upsert {
    pub rows: Rows,
    /// The last row that these account for, and whether there are more.
    pub last: i64,
    pub has_more: bool,
}

/// Whom one may write to.
#[derive(Template)]
#[template(path = "messaging/people.html")]
pub struct RecipientsPage {
    pub known: Vec<InboxRow>,
    pub listed: Vec<Peer>,
    pub with_keys: Vec<UserId>,
    pub q: String,
    pub next: Option<String>,
}

/// Twelve groups to compare.
#[derive(Template)]
#[template(path = "messaging/safety.html")]
pub struct SafetyPage {
    pub talk: Conversation,
    pub peer: Peer,
    pub viewer: UserId,
}

/// The other side has no keys yet.
#[derive(Template)]
#[template(path = "messaging/no_keys.html")]
pub struct NoKeysPage {
    pub peer: Peer,
}

/// Nobody else is asked to turn on messages today.
#[derive(Template)]
#[template(path = "messaging/asked_enough.html")]
pub struct AskedEnoughPage {
    pub most: i64,
}

/// `/settings/messages`.
#[derive(Template)]
#[template(path = "messaging/settings.html")]
pub struct ChatSettingsPage {
    pub share_receipts: bool,
    pub share_presence: bool,
    pub mail_mode: String,
    pub errors: FieldErrors,
    pub identity: Option<Identity>,
    pub wraps: Vec<KeyWrap>,
    pub devices: Vec<Device>,
    pub zone: LocalZone,
}

/// Whether mails about waiting messages should end, and that they have.
#[derive(Template)]
#[template(path = "messaging/unsubscribe.html")]
pub struct UnsubscribePage {
    pub token: String,
    pub topic: Topic,
    pub is_mailed: bool,
    /// Whether the button was just pressed.
    pub is_done: bool,
}

impl UnsubscribePage {
    fn title(&self) -> String {
        let about = self.topic.lower();
        match (self.is_mailed, self.is_done) {
            (true, true) => format!("Mails about {about} come again"),
            (true, false) => format!("Mails about {about}"),
            (false, _) => format!("No more mails about {about}"),
        }
    }

    /// Where to choose more finely.
    fn settings(&self) -> &'static str {
        match self.topic {
            Topic::Messages => "/settings/messages",
            _ => "/settings/notifications",
        }
    }
}

impl Upsert {
    /// As it goes out on a socket.
    pub fn markup(&self) -> Result<String> {
        self.render().map_err(Error::internal)
    }
}

impl askama::filters::HtmlSafe for InboxFragment {}
impl askama::filters::HtmlSafe for Rows {}

impl InboxPage {
    fn title(&self) -> String {
        match &self.thread {
            Some(thread) => format!("{} – Messages", thread.peer.name),
            None => "Messages".to_owned(),
        }
    }
}

impl InboxFragment {
    fn is_open(&self, line: &InboxRow) -> bool {
        self.open == Some(line.talk.id)
    }

    /// Today by the hour, else by the day.
    fn when(&self, line: &InboxRow) -> String {
        let at = line.talk.changed_at;
        match at.day(&self.zone) == self.now.day(&self.zone) {
            true => at.time(&self.zone),
            false => at.day_words(&self.zone, DayShape::Short),
        }
    }
}

impl InboxRow {
    fn notice(&self) -> Option<&'static str> {
        self.last.as_ref().and_then(TimelineNotice::of).map(TimelineNotice::words)
    }
}

impl Thread {
    fn is_blocked_by_me(&self) -> bool {
        self.own.blocked_at.is_some()
    }

    fn state(&self) -> String {
        self.presence.words(&self.history.zone, self.now)
    }

    fn there(&self) -> String {
        self.peer.time_there(self.now, self.history.zone.locale)
    }

    fn address(&self) -> String {
        paths::conversation(self.talk.id)
    }

    fn read_at(&self) -> i64 {
        self.other.read_at.map_or(0, Instant::millis)
    }
}

impl Rows {
    fn reshare(&self, epoch: &Epoch) -> Option<&Reshare> {
        self.reshares.iter().rfind(|one| one.epoch == epoch.epoch)
    }

    fn is_mine(&self, entry: &TimelineEntry) -> bool {
        entry.message.sender_id == Some(self.viewer)
    }

    fn time(&self, entry: &TimelineEntry) -> String {
        entry.message.server_ts.time(&self.zone)
    }
}

impl TimelineEntry {
    /// The files it brought, by their ids.
    fn files(&self) -> String {
        let ids: Vec<String> = self.blobs.iter().map(ToString::to_string).collect();
        ids.join(" ")
    }

    fn said(&self) -> Option<TimelineNotice> {
        TimelineNotice::of(&self.message)
    }

    fn link(&self) -> Option<String> {
        let about = self.said().is_some_and(TimelineNotice::is_about_booking);
        let id = self.message.notice_ref.filter(|_| about)?;
        Some(paths::booking(Number(id)))
    }
}

/// A number as ids are shown.
struct Number(i64);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        crate::db::show_id(self.0, f)
    }
}

/// What scripts read off a row, in base64url.
impl Message {
    fn text(&self) -> String {
        self.wire.as_deref().map(base64url).unwrap_or_default()
    }

    fn hash(&self) -> String {
        base64url(&self.wire_hash)
    }

    fn link(&self) -> String {
        base64url(&self.chain)
    }

    pub(super) fn client_id(&self) -> String {
        self.client_msg_id.as_deref().map(base64url).unwrap_or_default()
    }

    /// Of a deleted row: who sent it from which device stays.
    fn clear_head(&self) -> String {
        self.head.as_deref().map(base64url).unwrap_or_default()
    }

    fn epoch_number(&self) -> i32 {
        self.epoch.unwrap_or(0)
    }

    fn notice_number(&self) -> i16 {
        self.notice_kind.unwrap_or(0)
    }

    /// What a notice is about, as its hash has it.
    pub(super) fn about(&self) -> String {
        Number(self.notice_ref.unwrap_or(0)).to_string()
    }

    fn sender(&self) -> String {
        self.sender_id.map(|id| id.to_string()).unwrap_or_default()
    }
}

impl Reshare {
    fn record(&self) -> String {
        base64url(&self.record)
    }

    fn signature(&self) -> String {
        base64url(&self.sig)
    }
}

impl Epoch {
    fn record(&self) -> String {
        base64url(&self.record)
    }

    fn signature(&self) -> String {
        base64url(&self.sig)
    }
}

impl ChatSettingsPage {
    fn modes() -> [(&'static str, &'static str); 3] {
        [
            ("soon", "After ten minutes, at most one mail an hour"),
            ("daily", "Once a day"),
            ("never", "Never"),
        ]
    }

    fn recovery(&self) -> Option<&KeyWrap> {
        self.wraps.iter().find(|wrap| wrap.kind == 1)
    }

    fn passkeys(&self) -> impl Iterator<Item = &KeyWrap> {
        self.wraps.iter().filter(|wrap| wrap.kind == 2)
    }

    fn date(&self, at: &Instant) -> String {
        at.day_words(&self.zone, DayShape::Plain)
    }
}
