//! How a conversation stands for one of its two: the row, both sides' marks, and what each lets the
//! other see. Asked in one question, since every message, receipt and heartbeat needs it.

use diesel::prelude::*;

use super::schema::{chat_settings, conversation_participants as sides, conversations};
use super::{Connection, Conversation, ConversationId, Participant, Presence};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::on_either;
use crate::users::schema::users;
use crate::users::{Status, UserId};

pub struct ConversationView {
    pub talk: Conversation,
    pub own: Participant,
    pub other: Participant,
    is_open: bool,
    shares_receipts: bool,
    shares_presence: bool,
    last_seen_at: Option<Instant>,
}

/// Receipts and presence, as somebody set them; `None` for who never did, and shows everything.
type Shares = Option<(bool, bool)>;

impl ConversationView {
    /// For one of the two; for anybody else the conversation is not there.
    pub fn of(conn: &mut Conn, id: ConversationId, viewer: UserId) -> Result<Self> {
        let (theirs, they, their_settings) =
            diesel::alias!(sides as theirs, users as they, chat_settings as their_settings);
        let is_own = sides::conversation_id.eq(conversations::id).and(sides::user_id.eq(viewer));
        let is_other = theirs
            .field(sides::conversation_id)
            .eq(conversations::id)
            .and(theirs.field(sides::user_id).ne(viewer));
        let their_id = their_settings.field(chat_settings::user_id);
        let shares = (chat_settings::share_receipts, chat_settings::share_presence);
        type Row = (
            (Conversation, Participant, Participant),
            (Status, Status),
            Shares,
            (Shares, Option<Instant>),
        );
        let row = conversations::table
            .inner_join(sides::table.on(is_own))
            .inner_join(theirs.on(is_other))
            .inner_join(users::table.on(users::id.eq(sides::user_id)))
            .inner_join(they.on(they.field(users::id).eq(theirs.field(sides::user_id))))
            .left_join(chat_settings::table.on(chat_settings::user_id.eq(sides::user_id)))
            .left_join(their_settings.on(their_id.eq(theirs.field(sides::user_id))))
            .filter(conversations::id.eq(id))
            .select((
                (conversations::all_columns, sides::all_columns, theirs.fields(sides::all_columns)),
                (users::status, they.field(users::status)),
                shares.nullable(),
                (
                    their_settings.fields(shares).nullable(),
                    their_settings.field(chat_settings::last_seen_at).nullable(),
                ),
            ));
        let found: Row = on_either!(conn, |c| row.first(c))?;
        let ((talk, own, other), statuses, own_shares, (shares, seen)) = found;
        let both = [own_shares, shares].map(|set| set.unwrap_or((true, true)));
        let is_unblocked = own.blocked_at.or(other.blocked_at).is_none();
        Ok(Self {
            is_open: is_unblocked && statuses == (Status::Active, Status::Active),
            shares_receipts: is_unblocked && both.iter().all(|(receipts, _)| *receipts),
            shares_presence: is_unblocked && both.iter().all(|(_, presence)| *presence),
            last_seen_at: seen,
            talk,
            own,
            other,
        })
    }

    /// The other side's marks, where both show theirs.
    pub fn other_marks(
        conn: &mut Conn,
        id: ConversationId,
        viewer: UserId,
    ) -> Result<Option<Participant>> {
        let standing = Self::of(conn, id, viewer)?;
        Ok(standing.shares_receipts().then_some(standing.other))
    }

    /// Whether both may write: both active, neither has blocked the other.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Both show what they have read, and neither has blocked the other.
    pub fn shares_receipts(&self) -> bool {
        self.shares_receipts
    }

    /// Both show when they are here and write, and neither has blocked the other.
    pub fn shares_presence(&self) -> bool {
        self.shares_presence
    }

    /// What may be known of the other side: nothing if either hides it.
    pub fn presence(&self, conn: &mut Conn, now: Instant) -> Result<Presence> {
        if !self.shares_presence {
            return Ok(Presence::Hidden);
        }
        if Connection::is_online(conn, self.other.user_id, now)? {
            return Ok(Presence::Online);
        }
        Ok(self.last_seen_at.map_or(Presence::Hidden, Presence::Seen))
    }
}
