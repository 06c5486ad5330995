//! What moderators see of a reported row besides the words that the report shows: who sent it when, and
//! what became of it. Never a wire, and never a row that nobody reported.

use diesel::prelude::*;

use super::ConversationId;
use super::schema::messages;
use super::wire::Act;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::users::UserId;

#[derive(Debug, Clone)]
pub struct Trace {
    pub seq: i64,
    pub sender: UserId,
    pub sent_at: Instant,
    /// It changed an earlier text.
    pub is_edit: bool,
    /// A later text took its place.
    pub edited_at: Option<Instant>,
    /// Its sender deleted it.
    pub deleted_at: Option<Instant>,
    pub is_removed: bool,
    /// Messages of the two that stand between the one before and this, and were not reported.
    pub left_out: usize,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = messages)]
struct TraceRow {
    seq: i64,
    act: Act,
    sender_id: Option<UserId>,
    target_seq: Option<i64>,
    server_ts: Instant,
    deleted_at: Option<Instant>,
    removed_by: Option<crate::decisions::DecisionId>,
}

impl TraceRow {
    fn meant(&self) -> i64 {
        self.target_seq.unwrap_or(self.seq)
    }
}

impl Trace {
    /// Rows are counted between two that were reported up to so many.
    const MOST: i64 = 10_000;

    /// Of the reported rows of a conversation, as they follow one another.
    pub fn of(conn: &mut Conn, talk: ConversationId, seqs: &[i64]) -> Result<Vec<Self>> {
        let here = messages::table.filter(messages::conversation_id.eq(talk));
        let mut rows: Vec<TraceRow> = here
            .filter(messages::seq.eq_any(seqs.to_vec()))
            .select(TraceRow::as_select())
            .load(conn)?;
        rows.sort_by_key(|row| (row.meant(), row.seq));
        let meant: Vec<i64> = rows.iter().map(TraceRow::meant).collect();
        let edits: Vec<(Option<i64>, i64, Instant)> = here
            .filter(messages::target_seq.eq_any(meant.clone()))
            .filter(messages::act.eq(Act::Edit))
            .order(messages::seq)
            .select((messages::target_seq, messages::seq, messages::server_ts))
            .load(conn)?;
        let (first, last) = (meant.first().copied(), meant.last().copied());
        let between: Vec<i64> = here
            .filter(messages::seq.between(first.unwrap_or(0), last.unwrap_or(0)))
            .filter(messages::act.eq(Act::Message).and(messages::sender_id.is_not_null()))
            .limit(Self::MOST)
            .select(messages::seq)
            .load(conn)?;
        let mut before = None;
        let trace = |row: &TraceRow| {
            let own = row.meant();
            let since = before.replace(own).unwrap_or(own);
            let left_out = between.iter().filter(|seq| since < **seq && **seq < own).count();
            let edited = edits.iter().find(|(of, seq, _)| *of == Some(own) && *seq > row.seq);
            Some(Self {
                seq: row.seq,
                sender: row.sender_id?,
                sent_at: row.server_ts,
                is_edit: row.act == Act::Edit,
                edited_at: edited.map(|(_, _, at)| *at),
                deleted_at: row.deleted_at.filter(|_| row.removed_by.is_none()),
                is_removed: row.removed_by.is_some(),
                left_out,
            })
        };
        Ok(rows.iter().filter_map(trace).collect())
    }
}
