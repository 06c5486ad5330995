//! What is said on a socket besides markup.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::messaging::{ConversationId, Participant, presence::State};

/// What a page says.
#[derive(Debug, Deserialize)]
#[serde(tag = "t", deny_unknown_fields)]
pub enum ClientFrame {
    #[serde(rename = "hb")]
    Heart,
    /// Whether the page is in front.
    #[serde(rename = "state")]
    State { v: State },
    #[serde(rename = "sub")]
    Follow(FollowFrame),
    #[serde(rename = "typing")]
    Typing { conv: String },
}

/// What a page wants to follow: a conversation from a row on, or a part of it by its field.
#[derive(Debug, Deserialize)]
pub struct FollowFrame {
    pub conv: Option<String>,
    #[serde(default)]
    pub after: i64,
    /// Every other field; those that no part is registered for are refused.
    #[serde(flatten)]
    pub parts: BTreeMap<String, Option<String>>,
}

/// What a page hears. None of these has a `content`, so htmx swaps nothing.
#[derive(Debug, Serialize)]
#[serde(tag = "t", rename_all = "lowercase")]
pub enum ServerFrame {
    #[serde(rename = "hb")]
    Heart {
        heads: BTreeMap<String, i64>,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        more: bool,
        /// Delivered and read by the other side of the open conversation.
        #[serde(skip_serializing_if = "Option::is_none")]
        open: Option<[i64; 2]>,
    },
    /// Something in the list of conversations has changed.
    List,
    Typing {
        conv: String,
    },
    Presence {
        online: bool,
        words: String,
    },
    Receipt {
        conv: String,
        delivered: i64,
        read: i64,
        /// Milliseconds; 0 when nothing was read.
        read_at: i64,
    },
}

impl ServerFrame {
    pub fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub fn receipt(other: &Participant) -> Self {
        Self::Receipt {
            conv: other.conversation_id.to_string(),
            delivered: other.delivered_seq,
            read: other.read_seq,
            read_at: other.read_millis(),
        }
    }

    pub fn heart(
        heads: Vec<(ConversationId, i64)>,
        more: bool,
        open: Option<&Participant>,
    ) -> Self {
        let heads = heads.into_iter().map(|(id, seq)| (id.to_string(), seq)).collect();
        let open = open.map(|other| [other.delivered_seq, other.read_seq]);
        Self::Heart { heads, more, open }
    }
}

/// How much a client may say: 20 frames in 10 seconds, of whatever kind.
#[derive(Default)]
pub struct Allowance(VecDeque<Instant>);

impl Allowance {
    const MOST: usize = 20;
    const WINDOW: Duration = Duration::from_secs(10);

    pub fn take(&mut self) -> bool {
        let now = Instant::now();
        while self.0.front().is_some_and(|at| now.duration_since(*at) > Self::WINDOW) {
            self.0.pop_front();
        }
        self.0.push_back(now);
        self.0.len() <= Self::MOST
    }
}

/// When a page last told of typing: once in 3 seconds is enough.
#[derive(Default)]
pub struct TypingMark(Option<Instant>);

impl TypingMark {
    const PAUSE: Duration = Duration::from_secs(3);

    pub fn take(&mut self) -> bool {
        let now = Instant::now();
        let has_room = self.0.is_none_or(|at| now.duration_since(at) >= Self::PAUSE);
        if has_room {
            self.0 = Some(now);
        }
        has_room
    }
}
