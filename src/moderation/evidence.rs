//! Messages that a report shows, with the proof that they were sent.
//!
//! A conversation is read by its two and by nobody else. Whoever reports a message hands over its words
//! and the key of its commitment; what does not fit the head that was stored when it came is refused
//! whole. Moderators see these items and nothing beside them. The words are sealed, and kept until
//! nobody can object to what was decided any more.

use diesel::prelude::*;

use super::case::Case;
use super::jobs::CHECK_FILES;
use super::report::{Report, ReportId};
use super::schema::{message_report_files, message_report_items, reported_messages, reports};
use crate::clock::Instant;
use crate::db::{Conn, SealedColumn};
use crate::decisions::{Target, TargetKind};
use crate::error::{Error, Result};
use crate::messaging::{ConversationId, Message, Opening, SealedMessage};
use crate::on_either;
use crate::seal::Seal;
use crate::users::UserId;

crate::typed_id!(ReportedMessageId);
crate::typed_id!(ReportItemId);

const WORDS: &str = "footing/message-report/v1";

pub(super) const SEALED: SealedColumn =
    SealedColumn { table: "message_report_items", key: "id", column: "opening", purpose: WORDS };

crate::word_enum! {
    /// Whether a report of what only the two can read proves what it says.
    Proof { Verified => "verified", Missing => "missing" }
}

crate::word_enum! {
    ItemRole { Reported => "reported", Context => "context" }
}

crate::word_enum! {
    /// What became of looking at a file that a reported message promises.
    FileState {
        Checking => "checking",
        Verified => "verified",
        /// Nothing of it is kept any more.
        Gone => "gone",
        /// What is kept is not what the message promised.
        Differs => "differs",
    }
}

impl FileState {
    pub fn words(self) -> &'static str {
        match self {
            Self::Checking => "being checked",
            Self::Verified => "verified: this exact file came with it",
            Self::Gone => "gone: nothing of it is kept",
            Self::Differs => "not what the message promised",
        }
    }
}

/// The name under which a message is a case's target.
#[derive(Debug, Clone, Copy, Queryable, Selectable, Insertable)]
#[diesel(table_name = reported_messages)]
pub struct ReportedMessage {
    pub id: ReportedMessageId,
    pub conversation_id: ConversationId,
    pub seq: i64,
}

impl ReportedMessage {
    /// The message's name, made now if nobody reported it before.
    pub fn ensure(conn: &mut Conn, place: (ConversationId, i64), now: Instant) -> Result<Self> {
        let (conversation_id, seq) = place;
        let new = Self { id: ReportedMessageId::next(now), conversation_id, seq };
        on_either!(conn, |c| diesel::insert_into(reported_messages::table)
            .values(&new)
            .on_conflict_do_nothing()
            .execute(c))?;
        let own = reported_messages::table
            .filter(reported_messages::conversation_id.eq(conversation_id))
            .filter(reported_messages::seq.eq(seq));
        Ok(own.select(Self::as_select()).first(conn)?)
    }

    pub fn by_id(conn: &mut Conn, id: i64) -> Result<Self> {
        Ok(reported_messages::table.find(id).select(Self::as_select()).first(conn)?)
    }

    pub fn place(&self) -> (ConversationId, i64) {
        (self.conversation_id, self.seq)
    }

    pub fn target(&self, sender: UserId) -> Target {
        Target { kind: TargetKind::Message, id: self.id.0, subject: sender }
    }
}

/// One message of a report.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = message_report_items, treat_none_as_default_value = false)]
pub struct ReportItem {
    pub id: ReportItemId,
    pub report_id: ReportId,
    pub conversation_id: ConversationId,
    pub seq: i64,
    pub role: ItemRole,
    /// Sealed: the key of the commitment, and behind it the payload.
    pub opening: Option<Vec<u8>>,
    pub is_verified: bool,
}

/// A report of messages whose openings fit: the first is what is reported, the others its context.
pub struct Evidence {
    pub conversation: ConversationId,
    pub openings: Vec<Opening>,
    pub rows: Vec<SealedMessage>,
}

impl Evidence {
    /// The most messages of one report.
    pub const MOST: usize = 20;

    /// `None` if an opening shows anything else than what was sent here.
    pub fn of(
        conn: &mut Conn,
        conversation: ConversationId,
        openings: Vec<Opening>,
    ) -> Result<Option<Self>> {
        let rows = Message::opened_by(conn, conversation, &openings)?;
        Ok(rows.map(|rows| Self { conversation, openings, rows }))
    }

    /// The message that is reported, and who sent it.
    pub fn reported(&self) -> Option<(i64, UserId)> {
        let row = self.rows.first()?;
        Some((row.meant(), row.sender_id))
    }
}

impl ReportItem {
    /// Keeps what a report shows. Shown again under a report that is known already, what is new joins it,
    /// as long as there is room.
    pub fn keep(
        conn: &mut Conn,
        seal: &Seal,
        report: &Report,
        evidence: &Evidence,
        now: Instant,
    ) -> Result<()> {
        let known = Self::of_reports(conn, &[report.id])?;
        let room = Evidence::MOST.saturating_sub(known.len());
        let is_new = |one: &&Opening| known.iter().all(|item| item.seq != one.seq);
        for (nth, opening) in evidence.openings.iter().filter(is_new).take(room).enumerate() {
            let words = [opening.key.as_slice(), &opening.payload].concat();
            let item = Self {
                id: ReportItemId::next(now),
                report_id: report.id,
                conversation_id: evidence.conversation,
                seq: opening.seq,
                role: match nth == 0 && known.is_empty() {
                    true => ItemRole::Reported,
                    false => ItemRole::Context,
                },
                opening: Some(seal.seal(WORDS, &words)?),
                is_verified: true,
            };
            diesel::insert_into(message_report_items::table).values(&item).execute(conn)?;
            item.promise_files(conn, &super::words::of(&opening.payload), now)?;
        }
        Ok(())
    }

    fn promise_files(
        &self,
        conn: &mut Conn,
        words: &super::words::ReportedWords,
        now: Instant,
    ) -> Result<()> {
        use message_report_files as f;
        let rows: Vec<_> = (0_i32..)
            .zip(&words.files)
            .map(|(idx, _)| {
                (f::item_id.eq(self.id), f::idx.eq(idx), f::state.eq(FileState::Checking))
            })
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        on_either!(conn, |c| diesel::insert_into(f::table).values(&rows).execute(c))?;
        CHECK_FILES.enqueue(conn, self.id, now)
    }

    pub fn by_id(conn: &mut Conn, id: ReportItemId) -> Result<Self> {
        Ok(message_report_items::table.find(id).select(Self::as_select()).first(conn)?)
    }

    pub fn of_reports(conn: &mut Conn, reports: &[ReportId]) -> Result<Vec<Self>> {
        Ok(message_report_items::table
            .filter(message_report_items::report_id.eq_any(reports.to_vec()))
            .order((message_report_items::report_id, message_report_items::seq))
            .select(Self::as_select())
            .load(conn)?)
    }

    /// The payload that was shown; none once it is deleted.
    pub fn payload(&self, seal: &Seal) -> Result<Option<Vec<u8>>> {
        let Some(sealed) = &self.opening else { return Ok(None) };
        let opening = seal.open(WORDS, sealed)?;
        Ok(opening.get(32..).map(<[u8]>::to_vec))
    }

    /// What became of the files of some items, in their order.
    pub fn files(
        conn: &mut Conn,
        items: &[ReportItemId],
    ) -> Result<Vec<(ReportItemId, i32, FileState)>> {
        use message_report_files as f;
        Ok(f::table
            .filter(f::item_id.eq_any(items.to_vec()))
            .order((f::item_id, f::idx))
            .select((f::item_id, f::idx, f::state))
            .load(conn)?)
    }

    pub fn note_file(&self, conn: &mut Conn, idx: i32, state: FileState) -> Result<()> {
        use message_report_files as f;
        diesel::update(f::table.find((self.id, idx))).set(f::state.eq(state)).execute(conn)?;
        Ok(())
    }

    /// Deletes the words that reports of a case showed.
    pub fn forget(conn: &mut Conn, case: &Case) -> Result<()> {
        let own = reports::table.filter(reports::case_id.eq(case.id)).select(reports::id);
        let ids: Vec<ReportId> = own.load(conn)?;
        let open = message_report_items::table
            .filter(message_report_items::report_id.eq_any(ids))
            .filter(message_report_items::opening.is_not_null());
        diesel::update(open)
            .set(message_report_items::opening.eq(None::<Vec<u8>>))
            .execute(conn)?;
        Ok(())
    }
}

impl Case {
    /// Whether all that was reported is what only the two can read, and nothing of it is proven: that
    /// alone is no ground for anything.
    pub fn lacks_proof(&self, conn: &mut Conn) -> Result<bool> {
        let own = reports::table.filter(reports::case_id.eq(self.id));
        let proofs: Vec<Option<Proof>> = own.select(reports::proof).load(conn)?;
        Ok(!proofs.is_empty() && proofs.iter().all(|proof| *proof == Some(Proof::Missing)))
    }

    /// Refuses to restrict anything on unproven words alone.
    pub fn check_proof(&self, conn: &mut Conn) -> Result<()> {
        match self.lacks_proof(conn)? {
            true => Err(Error::conflict(NOT_ALONE)),
            false => Ok(()),
        }
    }
}

/// What an admin is told who would restrict on a report without proof.
pub const NOT_ALONE: &str =
    "Nothing here is verified. A report without its messages is no ground by itself: keep it.";
