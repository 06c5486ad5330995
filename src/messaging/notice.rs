//! What Footing itself says in a timeline. Its row has no sender, so no peer can make one.
//!
//! What a notice says is looked up by its number among the kinds that are registered: those here,
//! and those of the domains above, which post their own.

use super::Conversation;
use super::message::{ChainLink, NewTimelineNotice};
use super::wire::{Act, notice_hash};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;

/// A row that the site wrote, and what its number refers to.
#[derive(Debug, Clone)]
pub struct TimelineNotice {
    pub link: ChainLink,
    /// The number of its [`NoticeKind`].
    pub kind: u8,
    pub about: i64,
}

/// One thing that the site says in timelines.
#[derive(Debug, Clone, Copy)]
pub struct NoticeKind {
    /// Never changed once used: it is part of the chain.
    pub number: u8,
    /// For programs.
    pub word: &'static str,
    pub words: &'static str,
    pub page: Option<NoticePage>,
}

/// The page of what a notice is about, where it has one.
#[derive(Debug, Clone, Copy)]
pub struct NoticePage {
    pub name: &'static str,
    pub path: fn(i64) -> String,
}

impl NoticeKind {
    /// Somebody without script asks to be written to by other means.
    pub const GET_IN_TOUCH: Self = Self {
        number: 8,
        word: "get-in-touch",
        words: "You were asked to get in touch.",
        page: None,
    };
    /// A message was removed after a report; the number is that of the message.
    pub const REMOVED: Self = Self {
        number: 9,
        word: "message-removed",
        words: "A message was removed after a report.",
        page: None,
    };
    /// One that was removed is shown again.
    pub const SHOWN_AGAIN: Self = Self {
        number: 10,
        word: "message-shown-again",
        words: "A message that had been removed is shown again.",
        page: None,
    };
    const OWN: &[Self] = &[Self::GET_IN_TOUCH, Self::REMOVED, Self::SHOWN_AGAIN];
}

/// Every kind of notice: those of this domain, and those that the domains above it register.
#[derive(Debug, Clone, Copy)]
pub struct NoticeKinds(pub &'static [&'static [NoticeKind]]);

impl NoticeKinds {
    pub fn all(self) -> impl Iterator<Item = &'static NoticeKind> {
        NoticeKind::OWN.iter().chain(self.0.iter().copied().flatten())
    }

    pub fn find(self, notice: &TimelineNotice) -> Option<&'static NoticeKind> {
        self.all().find(|kind| kind.number == notice.kind)
    }

    pub fn words(self, notice: &TimelineNotice) -> &'static str {
        self.find(notice).map_or("", |kind| kind.words)
    }
}

impl TimelineNotice {
    /// The message in the same timeline that it is about.
    pub(super) fn message(&self) -> Option<i64> {
        let of_messages = [NoticeKind::REMOVED, NoticeKind::SHOWN_AGAIN];
        let is_meant = of_messages.iter().any(|kind| kind.number == self.kind);
        is_meant.then_some(self.about)
    }
}

impl Conversation {
    /// Writes a notice into the pair's timeline, within the transaction of what it tells. Answers
    /// the number of its row.
    pub fn post_notice(
        &self,
        conn: &mut Conn,
        said: NoticeKind,
        about: i64,
        now: Instant,
    ) -> Result<i64> {
        let held = Self::held(conn, self.id, self.low_user_id)?;
        let link = ChainLink::next(&held, &notice_hash(held.id, said.number, about), now);
        NewTimelineNotice {
            conversation_id: held.id,
            seq: link.seq,
            act: Act::Message,
            wire_hash: &link.wire_hash,
            chain: &link.chain,
            server_ts: link.server_ts,
            notice_kind: i16::from(said.number),
            notice_ref: about,
        }
        .insert(conn)?;
        held.grew(conn, &link, now)?;
        Ok(link.seq)
    }
}
