//! The conversation in a page's pane: which rows and which epoch its socket has sent.

use crate::live::Hint;
use crate::messaging::{ConversationId, Epoch, MissedRows, Recent, TimelineStretch};

pub struct Pane {
    talk: ConversationId,
    /// The last row that the page has.
    sent: i64,
    /// The newest epoch known here, 0 for none.
    epoch: i32,
    /// What of it the page may not have yet; goes out with the next row.
    owed: Vec<Epoch>,
}

impl Pane {
    /// The page says which row it has last.
    pub fn open(talk: ConversationId, after: i64) -> Self {
        Self { talk, sent: after.max(0), epoch: 0, owed: vec![] }
    }

    pub fn place(&self) -> (ConversationId, i64) {
        (self.talk, self.sent)
    }

    pub fn lacks(&self, hint: Hint) -> bool {
        self.talk.0 == hint.object && self.sent < hint.number
    }

    /// The row of a hint, if it is the next, at hand, and sealed under the epoch known here.
    pub fn next(&self, hint: Hint, recent: &Recent) -> Option<MissedRows> {
        let last = Some(self.sent + 1).filter(|seq| *seq == hint.number)?;
        let next = recent.find(self.talk, last)?;
        let is_readable = next.sealed().is_some_and(|row| row.epoch == self.epoch);
        let stretch = TimelineStretch::single(next, self.owed.clone());
        is_readable.then_some(MissedRows { stretch, last, has_more: false })
    }

    /// Nothing was missed; the epoch was read all the same.
    pub fn missed_nothing(&mut self, read: MissedRows) {
        self.knows(&read.stretch.epochs);
        self.owed = read.stretch.epochs;
    }

    /// These go out now.
    pub fn sends(&mut self, rows: &MissedRows) {
        self.sent = rows.last;
        self.knows(&rows.stretch.epochs);
        self.owed = vec![];
    }

    fn knows(&mut self, epochs: &[Epoch]) {
        self.epoch = epochs.last().map_or(self.epoch, |epoch| epoch.epoch);
    }
}
