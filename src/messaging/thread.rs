//! One open conversation as one of its two has it before them.

use super::{
    Before, Conversation, ConversationView, Identity, Participant, Peer, Presence, TimelineStretch,
};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;

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
    pub now: Instant,
}

impl Thread {
    /// With a page of its history.
    pub fn of(
        conn: &mut Conn,
        standing: ConversationView,
        before: Before,
        now: Instant,
    ) -> Result<(Self, TimelineStretch)> {
        let history = TimelineStretch::screen(conn, &standing, before, now)?;
        let presence = standing.presence(conn, now)?;
        let (can_write, shows_receipts) = (standing.is_open(), standing.shares_receipts());
        let ConversationView { talk, own, other, .. } = standing;
        let current = history.epochs.iter().find(|epoch| epoch.epoch == talk.current_epoch);
        let thread = Self {
            can_write,
            has_keys: Identity::find_current(conn, other.user_id)?.is_some(),
            peer: Peer::by_id(conn, other.user_id)?,
            epoch_after: current.map_or(Ok(0), |epoch| epoch.after_seq(conn))?,
            talk,
            own,
            other,
            presence,
            shows_receipts,
            now,
        };
        Ok((thread, history))
    }

    pub fn is_blocked_by_me(&self) -> bool {
        self.own.blocked_at.is_some()
    }
}
