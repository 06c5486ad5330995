//! Two people and their timeline.

use std::collections::HashMap;

use diesel::prelude::*;

use super::Participant;
use super::identity::Identity;
use super::message::ChainLink;
use super::schema::conversations;
use super::wire;
use crate::clock::{Instant, Span};
use crate::db::{self, Conn};
use crate::error::{Error, Result};
use crate::listings::complete;
use crate::on_either;
use crate::users::{Actor, Role, UserId, Viewer};

crate::typed_id!(ConversationId);

/// What two people write to each other; one for each pair, who are ordered by id. Its last row, time
/// and chain are what the next row builds on.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = conversations, treat_none_as_default_value = false)]
pub struct Conversation {
    pub id: ConversationId,
    pub low_user_id: UserId,
    pub high_user_id: UserId,
    /// The number of the newest row; 0 before the first.
    pub last_seq: i64,
    pub last_ts: Instant,
    pub last_chain: Vec<u8>,
    /// The number of the newest [`super::Epoch`]; 0 before the first.
    pub current_epoch: i32,
    /// Somebody’s key has changed since, so that a new epoch comes before the next message.
    pub is_epoch_stale: bool,
    /// Orders the inbox.
    pub changed_at: Instant,
    pub created_at: Instant,
    /// None where a booking opened it.
    pub opened_by: Option<UserId>,
}

/// Why a conversation is not opened.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    /// The other side has never come with a browser that makes keys.
    #[error("Messages are not turned on there yet.")]
    NoKeys,
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<diesel::result::Error> for NotOpened {
    fn from(cause: diesel::result::Error) -> Self {
        Self::Failed(cause.into())
    }
}

const ENDED: &str = "You cannot write in this conversation.";

/// The two in the order of the row.
fn pair(one: UserId, other: UserId) -> (UserId, UserId) {
    if one < other { (one, other) } else { (other, one) }
}

impl Conversation {
    /// Those of some rows, by their ids.
    pub(super) fn of_rows(
        conn: &mut Conn,
        rows: &[Participant],
    ) -> Result<HashMap<ConversationId, Self>> {
        let ids: Vec<ConversationId> = rows.iter().map(|row| row.conversation_id).collect();
        let talks: Vec<Self> = conversations::table
            .filter(conversations::id.eq_any(ids))
            .select(Self::as_select())
            .load(conn)?;
        Ok(talks.into_iter().map(|talk| (talk.id, talk)).collect())
    }

    /// New ones that somebody opens by hand within 24 hours.
    const MOST_OPENED: i64 = 10;

    /// What everybody who may not write is told, whatever the reason.
    pub fn ended() -> Error {
        Error::forbidden(ENDED)
    }

    pub fn other(&self, one: UserId) -> UserId {
        if one == self.low_user_id { self.high_user_id } else { self.low_user_id }
    }

    pub fn members(&self) -> [UserId; 2] {
        [self.low_user_id, self.high_user_id]
    }

    /// Of one of the two; for anybody else it is not there.
    pub fn of(conn: &mut Conn, id: ConversationId, viewer: &Viewer) -> Result<Self> {
        Self::with_member(conn, id, viewer.id)
    }

    pub fn with_member(conn: &mut Conn, id: ConversationId, member: UserId) -> Result<Self> {
        let own = conversations::low_user_id.eq(member).or(conversations::high_user_id.eq(member));
        Ok(conversations::table.find(id).filter(own).select(Self::as_select()).first(conn)?)
    }

    pub fn find_between(conn: &mut Conn, one: UserId, other: UserId) -> Result<Option<Self>> {
        let (low, high) = pair(one, other);
        Ok(conversations::table
            .filter(conversations::low_user_id.eq(low).and(conversations::high_user_id.eq(high)))
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// The pair's row, held until the transaction ends: rows of one timeline come one by one.
    pub fn held_between(conn: &mut Conn, one: UserId, other: UserId) -> Result<Option<Self>> {
        let (low, high) = pair(one, other);
        let row = conversations::table
            .filter(conversations::low_user_id.eq(low).and(conversations::high_user_id.eq(high)));
        Ok(match conn {
            Conn::Sqlite(c) => row.select(Self::as_select()).first(c).optional()?,
            Conn::Postgres(c) => {
                row.select(Self::as_select()).for_no_key_update().first(c).optional()?
            }
        })
    }

    pub fn held(conn: &mut Conn, id: ConversationId, member: UserId) -> Result<Self> {
        crate::db::lock(conn, "conversations", "id", id.0)?;
        Self::with_member(conn, id, member)
    }

    /// Holds all of a person's until the transaction ends. On SQLite nobody else writes anyway.
    pub(super) fn hold_all(conn: &mut Conn, member: UserId) -> Result<()> {
        let Conn::Postgres(postgres) = conn else { return Ok(()) };
        let own = conversations::low_user_id.eq(member).or(conversations::high_user_id.eq(member));
        let _held: Vec<ConversationId> = conversations::table
            .filter(own)
            .order(conversations::id)
            .select(conversations::id)
            .for_no_key_update()
            .load(postgres)?;
        Ok(())
    }

    /// Opens the pair's conversation by hand. Only listed accountants can be written to first, and
    /// only by clients or other accountants; both sides at once come to one row.
    pub fn open(conn: &mut Conn, actor: &Actor, with: UserId) -> Result<Self, NotOpened> {
        if actor.role == Role::Admin || with == actor.id {
            return Err(Error::NotFound.into());
        }
        if let Some(known) = Self::find_between(conn, actor.id, with)? {
            return Ok(known);
        }
        if !complete::is_listed(conn, with)? {
            return Err(Error::NotFound.into());
        }
        if Identity::find_current(conn, with)?.is_none() {
            return Err(NotOpened::NoKeys);
        }
        let recent: i64 = conversations::table
            .filter(conversations::opened_by.eq(actor.id))
            .filter(conversations::created_at.gt(actor.now - Span::hours(24)))
            .count()
            .get_result(conn)?;
        if recent >= Self::MOST_OPENED {
            return Err(Error::TooMany(3600).into());
        }
        Ok(Self::ensure(conn, actor.id, with, Some(actor.id), actor.now)?)
    }

    /// The pair's conversation, made now if there is none yet: whoever have to do with each
    /// other elsewhere may write, and be written to.
    pub fn between(conn: &mut Conn, one: UserId, other: UserId, now: Instant) -> Result<Self> {
        match Self::find_between(conn, one, other)? {
            Some(known) => Ok(known),
            None => Self::ensure(conn, one, other, None, now),
        }
    }

    fn ensure(
        conn: &mut Conn,
        one: UserId,
        other: UserId,
        opened_by: Option<UserId>,
        now: Instant,
    ) -> Result<Self> {
        let (low, high) = pair(one, other);
        let id = ConversationId::next(now);
        let new = Self {
            id,
            low_user_id: low,
            high_user_id: high,
            last_seq: 0,
            last_ts: Instant::from_micros(0),
            last_chain: wire::chain_start(id).to_vec(),
            current_epoch: 0,
            is_epoch_stale: false,
            changed_at: now,
            created_at: now,
            opened_by,
        };
        let added = on_either!(conn, |c| diesel::insert_into(conversations::table)
            .values(&new)
            .on_conflict((conversations::low_user_id, conversations::high_user_id))
            .do_nothing()
            .execute(c))?;
        if added == 0 {
            return Self::find_between(conn, one, other)?.ok_or(Error::NotFound);
        }
        Participant::join(conn, id, [low, high])?;
        Ok(new)
    }

    /// What the next row is numbered and dated: times are whole milliseconds, never one twice.
    pub(super) fn next(&self, now: Instant) -> (i64, Instant) {
        let at = now.millis().max(self.last_ts.millis() + 1);
        (self.last_seq + 1, Instant::from_millis(at))
    }

    /// Notes the row that was just written.
    pub(super) fn grew(&self, conn: &mut Conn, link: &ChainLink, now: Instant) -> Result<()> {
        db::update(
            conversations::table.find(self.id),
            (
                conversations::last_seq.eq(link.seq),
                conversations::last_ts.eq(link.server_ts),
                conversations::last_chain.eq(&link.chain),
                conversations::changed_at.eq(now),
            ),
        )
        .execute(conn)?;
        Ok(())
    }

    pub(super) fn begin_epoch(&self, conn: &mut Conn, epoch: i32) -> Result<()> {
        db::update(
            conversations::table.find(self.id),
            (conversations::current_epoch.eq(epoch), conversations::is_epoch_stale.eq(false)),
        )
        .execute(conn)?;
        Ok(())
    }

    /// After a change of somebody's key no message goes out under the old epochs.
    pub(super) fn outdate_epochs(conn: &mut Conn, member: UserId) -> Result<()> {
        let own = conversations::low_user_id.eq(member).or(conversations::high_user_id.eq(member));
        db::update(conversations::table.filter(own), conversations::is_epoch_stale.eq(true))
            .execute(conn)?;
        Ok(())
    }

    /// Those that changed after an instant, for a node that may have missed hints.
    pub(super) fn changed_since(conn: &mut Conn, since: Instant) -> Result<Vec<Self>> {
        Ok(conversations::table
            .filter(conversations::changed_at.gt(since))
            .order(conversations::changed_at)
            .limit(10_000)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// The heads of a person's conversations of the last minute, and whether there are more than
    /// are told.
    pub(super) fn changed_lately(
        conn: &mut Conn,
        member: UserId,
        now: Instant,
    ) -> Result<(Vec<(ConversationId, i64)>, bool)> {
        const MOST: i64 = 50;
        let own = conversations::low_user_id.eq(member).or(conversations::high_user_id.eq(member));
        let mut heads: Vec<(ConversationId, i64)> = conversations::table
            .filter(own.and(conversations::last_seq.gt(0)))
            .filter(conversations::changed_at.gt(now - Span::seconds(60)))
            .order(conversations::changed_at.desc())
            .limit(MOST + 1)
            .select((conversations::id, conversations::last_seq))
            .load(conn)?;
        let has_more = i64::try_from(heads.len()).is_ok_and(|count| count > MOST);
        if has_more {
            heads.pop();
        }
        Ok((heads, has_more))
    }
}
