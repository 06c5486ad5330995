//! What Footing itself says in a timeline. Its row has no sender, so no peer can make one.

use super::wire::{chain_next, notice_hash};
use super::{Conversation, Message};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;

/// A notice and what its number refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimelineNotice {
    Requested,
    Confirmed,
    Declined,
    Expired,
    Cancelled,
    Moved,
    Proposed,
    /// Somebody without script asks to be written to by other means.
    GetInTouch,
    /// A message was removed after a report; the number is that of the message.
    Removed,
    /// One that was removed is shown again.
    ShownAgain,
}

impl TimelineNotice {
    const ALL: [Self; 10] = [
        Self::Requested,
        Self::Confirmed,
        Self::Declined,
        Self::Expired,
        Self::Cancelled,
        Self::Moved,
        Self::Proposed,
        Self::GetInTouch,
        Self::Removed,
        Self::ShownAgain,
    ];

    /// Never changed once used: it is part of the chain.
    fn number(self) -> u8 {
        match self {
            Self::Requested => 1,
            Self::Confirmed => 2,
            Self::Declined => 3,
            Self::Expired => 4,
            Self::Cancelled => 5,
            Self::Moved => 6,
            Self::Proposed => 7,
            Self::GetInTouch => 8,
            Self::Removed => 9,
            Self::ShownAgain => 10,
        }
    }

    pub fn of(message: &Message) -> Option<Self> {
        let number = message.notice_kind?;
        Self::ALL.into_iter().find(|said| i16::from(said.number()) == number)
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Requested => "booking-requested",
            Self::Confirmed => "booking-confirmed",
            Self::Declined => "booking-declined",
            Self::Expired => "booking-expired",
            Self::Cancelled => "booking-cancelled",
            Self::Moved => "booking-moved",
            Self::Proposed => "booking-proposed",
            Self::GetInTouch => "get-in-touch",
            Self::Removed => "message-removed",
            Self::ShownAgain => "message-shown-again",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Requested => "A time was asked for.",
            Self::Confirmed => "The booking is confirmed.",
            Self::Declined => "The request was declined.",
            Self::Expired => "The request was not answered in time.",
            Self::Cancelled => "The booking was cancelled.",
            Self::Moved => "The booking was moved to another time.",
            Self::Proposed => "Another time was proposed.",
            Self::GetInTouch => "You were asked to get in touch.",
            Self::Removed => "A message was removed after a report.",
            Self::ShownAgain => "A message that had been removed is shown again.",
        }
    }

    /// Whether the number is that of a booking, which has a page.
    pub fn is_about_booking(self) -> bool {
        !self.is_about_message() && self != Self::GetInTouch
    }

    /// Whether the number is that of a message in the same timeline.
    pub fn is_about_message(self) -> bool {
        matches!(self, Self::Removed | Self::ShownAgain)
    }
}

impl Conversation {
    /// Writes a notice into the pair's timeline, within the transaction of what it tells.
    pub fn post_notice(
        &self,
        conn: &mut Conn,
        said: TimelineNotice,
        about: i64,
        now: Instant,
    ) -> Result<Message> {
        let held = Self::held(conn, self.id, self.low_user_id)?;
        let (seq, server_ts) = held.next(now);
        let wire_hash = notice_hash(held.id, said.number(), about);
        let row = Message {
            conversation_id: held.id,
            seq,
            act: 0,
            sender_id: None,
            device_id: None,
            dev_seq: None,
            client_msg_id: None,
            epoch: None,
            target_seq: None,
            head: None,
            wire: None,
            wire_hash: wire_hash.to_vec(),
            chain: chain_next(&held.last_chain, seq, server_ts, &wire_hash).to_vec(),
            server_ts,
            deleted_at: None,
            notice_kind: Some(i16::from(said.number())),
            notice_ref: Some(about),
            removed_by: None,
        };
        row.insert(conn)?;
        held.grew(conn, (seq, server_ts), &row.chain, now)?;
        Ok(row)
    }
}
