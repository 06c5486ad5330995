//! The inbox with its list and thread, and the pages around them.

mod rows;
mod settings;

use askama::Template;

use super::inbox::{Inbox, InboxRow};
use super::recipients::Recipients;
use super::thread::Thread;
use super::{Conversation, ConversationId, Message, NoticeKinds, Peer, SealedMessage};
use crate::locale::{DayShape, LocalZone};
use crate::users::UserId;
use crate::web::paths;

pub use rows::{Rows, Upsert};
pub use settings::{ChatSettingsPage, UnsubscribePage};

/// Conversations beside each other: the list, and the one that is open.
#[derive(Template)]
#[template(path = "messaging/inbox.html")]
pub struct InboxPage {
    pub list: InboxFragment,
    pub thread: Option<ThreadPane>,
    /// Whether messages could be read again without this browser.
    pub has_recovery: bool,
}

/// The list alone, when something in it has changed.
#[derive(Template)]
#[template(path = "messaging/_list.html")]
pub struct InboxFragment {
    pub inbox: Inbox,
    /// The conversation beside it.
    pub open: Option<ConversationId>,
    pub zone: LocalZone,
    pub kinds: NoticeKinds,
}

/// One open conversation with a page of its history.
pub struct ThreadPane {
    pub thread: Thread,
    pub history: Rows,
}

/// Whom one may write to.
#[derive(Template)]
#[template(path = "messaging/people.html")]
pub struct RecipientsPage {
    pub people: Recipients,
    pub q: String,
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

impl askama::filters::HtmlSafe for InboxFragment {}

impl InboxPage {
    fn title(&self) -> String {
        match &self.thread {
            Some(pane) => format!("{} – Messages", pane.thread.peer.name),
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
        match at.day(&self.zone) == self.inbox.now.day(&self.zone) {
            true => at.time(&self.zone),
            false => at.day_words(&self.zone, DayShape::Short),
        }
    }

    fn notice(&self, line: &InboxRow) -> Option<&'static str> {
        line.last.as_ref().and_then(Message::notice).map(|notice| self.kinds.words(notice))
    }

    /// Address of the next page.
    fn next(&self) -> Option<String> {
        let (at, id) = self.inbox.next?;
        Some(format!("{}?after={}-{id}", paths::MESSAGES, at.micros()))
    }
}

impl InboxRow {
    fn sealed(&self) -> Option<&SealedMessage> {
        self.last.as_ref().and_then(Message::sealed)
    }
}

impl RecipientsPage {
    /// Address of the next page.
    fn next(&self) -> Option<String> {
        let slug = self.people.next.as_ref()?;
        let query: String = form_urlencoded::byte_serialize(self.q.as_bytes()).collect();
        Some(format!("{}/new?q={query}&after={slug}", paths::MESSAGES))
    }
}

impl ThreadPane {
    fn state(&self) -> String {
        self.thread.presence.words(&self.history.zone, self.thread.now)
    }

    fn there(&self) -> String {
        self.thread.peer.time_there(self.thread.now, self.history.zone.locale)
    }

    fn address(&self) -> String {
        paths::conversation(self.thread.talk.id)
    }
}
