//! A stretch of a timeline as one of its two reads it: in a page, on scrolling back, in an answer to
//! who has sent something, and pushed.

use super::{
    Before, Conversation, ConversationId, ConversationView, Epoch, HistoryLink, Reshare,
    SentMessage, TimelineEntry,
};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::users::UserId;

pub struct TimelineStretch {
    pub entries: Vec<TimelineEntry>,
    /// What else stands between the first and the last of them: links of the chain.
    pub links: Vec<HistoryLink>,
    /// The epochs that open them, and the one in use.
    pub epochs: Vec<Epoch>,
    /// Keys of these epochs that the other side gave again.
    pub reshares: Vec<Reshare>,
    pub has_earlier: bool,
}

/// What an open page lacks.
pub struct MissedRows {
    pub stretch: TimelineStretch,
    /// The last row that these account for, and whether there are more.
    pub last: i64,
    pub has_more: bool,
}

impl TimelineStretch {
    /// Entries of a page of history.
    const SCREEN: i64 = 50;

    fn of(
        conn: &mut Conn,
        talk: &Conversation,
        entries: Vec<TimelineEntry>,
        links: Vec<HistoryLink>,
    ) -> Result<Self> {
        let sealed = entries.iter().flat_map(TimelineEntry::all_sealed);
        let mut wanted: Vec<i32> =
            sealed.map(|row| row.epoch).chain([talk.current_epoch]).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let epochs = Epoch::among(conn, talk.id, &wanted)?;
        Ok(Self { entries, links, epochs, reshares: vec![], has_earlier: false })
    }

    /// A page of history.
    pub fn screen(
        conn: &mut Conn,
        standing: &ConversationView,
        before: Before,
        now: Instant,
    ) -> Result<Self> {
        let (talk, own) = (&standing.talk, &standing.own);
        let (entries, has_earlier) =
            TimelineEntry::page(conn, talk.id, own.cleared_seq, before, Self::SCREEN)?;
        let last = match before {
            Before::Seq(seq) => (seq - 1).min(talk.last_seq),
            _ => talk.last_seq,
        };
        // one row more than is shown: the chain is followed from there
        let hidden_to = entries.first().map_or(last, |entry| entry.link().seq - 1);
        let stretch = (hidden_to.max(1), last);
        let links = HistoryLink::between(conn, talk.id, stretch, hidden_to, &entries)?;
        let screen = Self::of(conn, talk, entries, links)?;
        let epochs = Epoch::with_previous(conn, talk.id, screen.epochs)?;
        let numbers: Vec<i32> = epochs.iter().map(|epoch| epoch.epoch).collect();
        let reshares = Reshare::available(conn, talk.id, &numbers, (own.user_id, now))?;
        Ok(Self { epochs, reshares, has_earlier, ..screen })
    }

    /// One entry that is at hand, with these epochs.
    pub fn single(entry: TimelineEntry, epochs: Vec<Epoch>) -> Self {
        Self { entries: vec![entry], links: vec![], epochs, reshares: vec![], has_earlier: false }
    }
}

impl MissedRows {
    /// What stands after a row, as one person may see it.
    pub fn since(
        conn: &mut Conn,
        reader: UserId,
        id: ConversationId,
        after: i64,
        most: i64,
    ) -> Result<Self> {
        let ConversationView { talk, own, .. } = ConversationView::of(conn, id, reader)?;
        let (entries, last) = TimelineEntry::since(conn, id, own.cleared_seq, after, most)?;
        let links = HistoryLink::between(conn, id, (after + 1, last), own.cleared_seq, &entries)?;
        let stretch = TimelineStretch::of(conn, &talk, entries, links)?;
        Ok(Self { stretch, last, has_more: last < talk.last_seq })
    }

    /// What somebody has just sent, as it now stands in their own page.
    pub fn of_sent(conn: &mut Conn, sent: &SentMessage) -> Result<Self> {
        let entries = sent.entries(conn)?;
        let stretch = TimelineStretch::of(conn, &sent.talk, entries, vec![])?;
        Ok(Self { stretch, last: sent.row.link.seq, has_more: false })
    }
}
