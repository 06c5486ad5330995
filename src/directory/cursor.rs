//! Where a page of results goes on. Opaque to the visitor; a bad one means page one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The last row that was shown, and how many were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Whether names that hold the words are still being listed.
    pub in_names: bool,
    /// What the last row is sorted by, where that is not the rank: a price or an instant.
    pub value: i64,
    pub rank: i64,
    pub shown: i64,
}

impl Cursor {
    pub fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() == 25)?;
        let word = |at: usize| -> Option<i64> {
            Some(i64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
        };
        let cursor = Self {
            in_names: bytes.first() == Some(&1),
            value: word(1)?,
            rank: word(9)?,
            shown: word(17)?,
        };
        (cursor.rank >= 0 && cursor.shown >= 0).then_some(cursor)
    }

    pub fn write(self) -> String {
        let mut bytes = vec![u8::from(self.in_names)];
        for word in [self.value, self.rank, self.shown] {
            bytes.extend(word.to_be_bytes());
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nonsense_is_none() {
        let cursor = Cursor { in_names: true, value: 8500, rank: i64::MAX, shown: 20 };
        assert_eq!(Cursor::read(&cursor.write()), Some(cursor));
        for bad in ["", "0C9K4VXT2M7QA", "../..", "AAAA", &"A".repeat(400)] {
            assert_eq!(Cursor::read(bad), None);
        }
    }
}
