//! One of the two: how far they have read, what they have cleared, whom they have blocked.

use diesel::prelude::*;

use super::schema::{conversation_participants, messages};
use super::wire::Act;
use super::{Conversation, ConversationId, ConversationView};
use crate::clock::{Instant, Span};
use crate::db::{self, Conn, PreparedCondition};
use crate::error::{Error, Result};
use crate::on_either;
use crate::users::{Actor, UserId};

/// One of the two in a conversation. Numbers are those of rows (`seq`): what was read was delivered
/// before, so `read_seq <= delivered_seq`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = conversation_participants)]
pub struct Participant {
    pub conversation_id: ConversationId,
    pub user_id: UserId,
    pub delivered_seq: i64,
    pub read_seq: i64,
    pub read_at: Option<Instant>,
    /// Up to here they emptied the timeline for themselves.
    pub cleared_seq: i64,
    /// Since when they take nothing from the other.
    pub blocked_at: Option<Instant>,
    /// The first message that waits to be read, and since when.
    pub unread_seq: Option<i64>,
    pub unread_since: Option<Instant>,
    /// That number, once they were told of it by push or by mail.
    pub pushed_seq: i64,
    pub mailed_seq: i64,
    /// When the spans of the two limits began, and how many they have sent in each.
    burst_at: Instant,
    burst_count: i32,
    hour_at: Instant,
    hour_count: i32,
}

/// A limit: so many within a span that begins with the first of them.
struct SendLimit {
    most: i32,
    span: Span,
}

const BURST: SendLimit = SendLimit { most: 20, span: Span::seconds(10) };
const HOUR: SendLimit = SendLimit { most: 300, span: Span::hours(1) };

impl SendLimit {
    /// When the span began and how many it has had with one more, or the seconds to wait.
    fn after(&self, begun: Instant, count: i32, now: Instant) -> Result<(Instant, i32), u64> {
        let end = begun + self.span;
        if end <= now {
            return Ok((now, 1));
        }
        if count >= self.most {
            let left = end.elapsed_since(now).as_seconds() + 1;
            return Err(u64::try_from(left).unwrap_or(1));
        }
        Ok((begun, count + 1))
    }
}

impl Participant {
    /// Since when the conversation waits that was begun last of those one has not read.
    pub fn newest_unread(conn: &mut Conn, user: UserId) -> Result<Option<Instant>> {
        let own =
            conversation_participants::table.filter(conversation_participants::user_id.eq(user));
        Ok(own.select(diesel::dsl::max(conversation_participants::unread_since)).first(conn)?)
    }

    pub(super) fn join(
        conn: &mut Conn,
        conversation: ConversationId,
        members: [UserId; 2],
    ) -> Result<()> {
        use conversation_participants as p;
        let rows = members.map(|one| (p::conversation_id.eq(conversation), p::user_id.eq(one)));
        on_either!(conn, |c| diesel::insert_into(conversation_participants::table)
            .values(&rows)
            .execute(c))?;
        Ok(())
    }

    pub fn of(conn: &mut Conn, conversation: ConversationId, user: UserId) -> Result<Self> {
        let row = conversation_participants::table.find((conversation, user));
        Ok(row.select(Self::as_select()).first(conn)?)
    }

    /// One's own rows in some conversations.
    pub(super) fn own_among(
        conn: &mut Conn,
        user: UserId,
        ids: &[ConversationId],
    ) -> Result<Vec<Self>> {
        Ok(conversation_participants::table
            .filter(conversation_participants::user_id.eq(user))
            .filter(conversation_participants::conversation_id.eq_any(ids.to_vec()))
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Counts one more message of this sender, or says how long to wait.
    pub(super) fn pace(&self, conn: &mut Conn, now: Instant) -> Result<()> {
        let burst = BURST.after(self.burst_at, self.burst_count, now).map_err(Error::TooMany)?;
        let hour = HOUR.after(self.hour_at, self.hour_count, now).map_err(Error::TooMany)?;
        db::update(
            conversation_participants::table.find((self.conversation_id, self.user_id)),
            (
                conversation_participants::burst_at.eq(burst.0),
                conversation_participants::burst_count.eq(burst.1),
                conversation_participants::hour_at.eq(hour.0),
                conversation_participants::hour_count.eq(hour.1),
            ),
        )
        .execute(conn)?;
        Ok(())
    }

    /// The other side has sent something: from now on it waits to be read.
    pub fn note_news(&self, conn: &mut Conn, seq: i64, at: Instant) -> Result<()> {
        if self.unread_seq.is_some() {
            return Ok(());
        }
        self.set_unread(conn, Some((seq, at)))
    }

    fn set_unread(&self, conn: &mut Conn, first: Option<(i64, Instant)>) -> Result<()> {
        db::update(
            conversation_participants::table.find((self.conversation_id, self.user_id)),
            (
                conversation_participants::unread_seq.eq(first.map(|(seq, _)| seq)),
                conversation_participants::unread_since.eq(first.map(|(_, at)| at)),
            ),
        )
        .execute(conn)?;
        Ok(())
    }

    /// Looks anew for what waits, after reading, clearing or a deletion.
    pub(super) fn look_for_news(&self, conn: &mut Conn) -> Result<()> {
        let after = self.read_seq.max(self.cleared_seq);
        let first: Option<(i64, Instant)> = messages::table
            .filter(messages::conversation_id.eq(self.conversation_id))
            .filter(messages::seq.gt(after).and(messages::act.eq(Act::Message)))
            .filter(messages::deleted_at.is_null().and(messages::sender_id.ne(self.user_id)))
            .order(messages::seq)
            .select((messages::seq, messages::server_ts))
            .first(conn)
            .optional()?;
        self.set_unread(conn, first)
    }

    /// Moves the two marks forward, never back and never beyond the last row. True if one moved.
    pub fn ack(
        conn: &mut Conn,
        talk: &Conversation,
        user: UserId,
        (delivered, read): (i64, i64),
        now: Instant,
    ) -> Result<bool> {
        // what is being sent is either seen here or sees what is done here
        db::lock(conn, "conversations", "id", talk.id.0)?;
        let own = Self::of(conn, talk.id, user)?;
        let read = read.clamp(own.read_seq, talk.last_seq.max(own.read_seq));
        let delivered = delivered.clamp(own.delivered_seq, talk.last_seq.max(own.delivered_seq));
        let delivered = delivered.max(read);
        if (delivered, read) == (own.delivered_seq, own.read_seq) {
            return Ok(false);
        }
        let read_at = if read > own.read_seq { Some(now) } else { own.read_at };
        db::update(
            conversation_participants::table.find((talk.id, user)),
            (
                conversation_participants::delivered_seq.eq(delivered),
                conversation_participants::read_seq.eq(read),
                conversation_participants::read_at.eq(read_at),
            ),
        )
        .execute(conn)?;
        if own.unread_seq.is_some_and(|first| first <= read) {
            Self { read_seq: read, ..own }.look_for_news(conn)?;
        }
        Ok(true)
    }

    /// The same as an act, with what both let each other see: who is to hear of it.
    pub fn acknowledge(
        conn: &mut Conn,
        actor: &Actor,
        id: ConversationId,
        marks: (i64, i64),
    ) -> Result<Vec<UserId>> {
        let standing = ConversationView::of(conn, id, actor.id)?;
        let has_moved = Self::ack(conn, &standing.talk, actor.id, marks, actor.now)?;
        Ok(match (has_moved, standing.shares_receipts()) {
            (false, _) => vec![],
            (true, true) => standing.talk.members().to_vec(),
            // one's own other pages follow too, whatever the other side may see
            (true, false) => vec![actor.id],
        })
    }

    /// Hides everything so far from oneself.
    pub fn clear(conn: &mut Conn, actor: &Actor, id: ConversationId) -> Result<()> {
        let talk = Conversation::held(conn, id, actor.id)?;
        let own = Self::of(conn, talk.id, actor.id)?;
        db::update(
            conversation_participants::table.find((talk.id, actor.id)),
            conversation_participants::cleared_seq.eq(talk.last_seq),
        )
        .execute(conn)?;
        Self { cleared_seq: talk.last_seq, ..own }.look_for_news(conn)
    }

    /// From now on neither of the two can write.
    pub fn block(conn: &mut Conn, actor: &Actor, id: ConversationId) -> Result<()> {
        Self::set_blocked(conn, actor, id, Some(actor.now))
    }

    pub fn unblock(conn: &mut Conn, actor: &Actor, id: ConversationId) -> Result<()> {
        Self::set_blocked(conn, actor, id, None)
    }

    fn set_blocked(
        conn: &mut Conn,
        actor: &Actor,
        id: ConversationId,
        since: Option<Instant>,
    ) -> Result<()> {
        let talk = Conversation::held(conn, id, actor.id)?;
        db::update(
            conversation_participants::table.find((talk.id, actor.id)),
            conversation_participants::blocked_at.eq(since),
        )
        .execute(conn)?;
        Ok(())
    }

    /// When it was last read, in milliseconds; 0 for never.
    pub fn read_millis(&self) -> i64 {
        self.read_at.map_or(0, Instant::millis)
    }

    /// How many messages wait to be read: those of the other side above the mark that were not
    /// deleted. In one conversation, or in all of a person's; counted up to 100.
    pub fn unread(
        conn: &mut Conn,
        user: UserId,
        conversation: Option<ConversationId>,
    ) -> Result<i64> {
        use conversation_participants as p;
        const MOST: i64 = 100;
        let mut waiting = conversation_participants::table
            .inner_join(messages::table.on(messages::conversation_id.eq(p::conversation_id)))
            .filter(p::user_id.eq(user).and(p::unread_seq.is_not_null()))
            .filter(PreparedCondition("messages.seq >= conversation_participants.unread_seq"))
            .filter(messages::act.eq(Act::Message).and(messages::deleted_at.is_null()))
            .filter(messages::sender_id.is_not_null().and(messages::sender_id.ne(user)))
            .limit(MOST)
            .select(messages::seq)
            .into_boxed();
        if let Some(conversation) = conversation {
            waiting = waiting.filter(p::conversation_id.eq(conversation));
        }
        let seqs: Vec<i64> = waiting.load(conn)?;
        Ok(i64::try_from(seqs.len()).unwrap_or(MOST))
    }
}
