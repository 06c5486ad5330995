//! The history of a conversation as any program asks for it: with whom, how much, and before when.

use super::{Before, Conversation, Participant, TimelineEntry};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::users::UserId;

pub struct HistoryQuery {
    pub user: UserId,
    pub most: i64,
    pub before: Before,
}

impl HistoryQuery {
    /// What is asked for, oldest first, and whether there is more before it.
    pub fn answer(&self, conn: &mut Conn, reader: UserId) -> Result<(Vec<TimelineEntry>, bool)> {
        let talk = Conversation::find_between(conn, reader, self.user)?.ok_or(Error::NotFound)?;
        let cleared = Participant::of(conn, talk.id, reader)?.cleared_seq;
        TimelineEntry::page(conn, talk.id, cleared, self.before, self.most)
    }
}
