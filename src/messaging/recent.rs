//! The newest rows that this process wrote, so that the sockets beside it need not read them back.
//!
//! A short cut and nothing else: what is not here is read from the table, which is the truth. A row
//! lies in the place that the number of its conversation gives, until another row comes there.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{ConversationId, TimelineEntry};

/// Sockets take a row within milliseconds, so few places are enough.
const PLACES: i64 = 251;

pub struct Recent(Vec<Mutex<Option<TimelineEntry>>>);

impl Default for Recent {
    fn default() -> Self {
        Self((0..PLACES).map(|_| Mutex::default()).collect())
    }
}

impl Recent {
    fn place(&self, talk: ConversationId) -> Option<MutexGuard<'_, Option<TimelineEntry>>> {
        let number = usize::try_from(talk.0.rem_euclid(PLACES)).ok()?;
        Some(self.0.get(number)?.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lays down a message that has just been committed.
    pub fn keep(&self, entry: TimelineEntry) {
        if let Some(mut place) = self.place(entry.link().conversation_id) {
            *place = Some(entry);
        }
    }

    /// An edit or a delete has been committed: what lies here may be about to change.
    pub fn forget(&self, talk: ConversationId) {
        if let Some(mut place) = self.place(talk) {
            *place = None;
        }
    }

    pub fn find(&self, talk: ConversationId, seq: i64) -> Option<TimelineEntry> {
        let place = self.place(talk)?;
        let found = place
            .as_ref()
            .filter(|entry| (entry.link().conversation_id, entry.link().seq) == (talk, seq));
        found.cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Instant;
    use crate::messaging::{ChainLink, Message, TimelineNotice};

    fn entry(talk: i64, seq: i64) -> TimelineEntry {
        let link = ChainLink {
            conversation_id: ConversationId(talk),
            seq,
            wire_hash: vec![],
            chain: vec![],
            server_ts: Instant::from_micros(0),
        };
        let row = Message::Notice(TimelineNotice { link, kind: 1, about: 1 });
        TimelineEntry { row, edits: vec![], blobs: vec![] }
    }

    #[test]
    fn only_the_row_that_was_asked_for_is_found_and_not_after_a_change() {
        let recent = Recent::default();
        let (talk, neighbour) = (ConversationId(7), ConversationId(7 + PLACES));
        recent.keep(entry(talk.0, 1));
        assert!(recent.find(talk, 1).is_some());
        assert!(recent.find(talk, 2).is_none());
        assert!(recent.find(neighbour, 1).is_none());
        recent.keep(entry(neighbour.0, 1));
        assert!(recent.find(talk, 1).is_none() && recent.find(neighbour, 1).is_some());
        recent.forget(neighbour);
        assert!(recent.find(neighbour, 1).is_none());
        assert!(recent.find(ConversationId(-3), 1).is_none());
    }
}
