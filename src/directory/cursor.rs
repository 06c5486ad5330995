//! Where a page of results goes on. Sealed, and so opaque to the visitor; a bad one means page one.

use crate::error::Result;
use crate::seal::{Seal, base64url, from_base64url};

/// The last row that was shown, and how many were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Which group of rows is being listed, the first 0.
    pub group: u8,
    /// What the last row is sorted by: its rank, a price, a score or an instant.
    pub value: i64,
    /// Whose row it is. Of one value the newest come first; unlike a rank this never changes.
    pub id: i64,
    pub shown: i64,
}

impl Cursor {
    const PURPOSE: &'static str = "footing/cursor/v2";

    /// `None` for what this site has not sealed.
    pub fn open(text: &str, seal: &Seal) -> Option<Self> {
        let sealed = from_base64url(text).filter(|sealed| sealed.len() <= 100)?;
        let bytes = seal.open(Self::PURPOSE, &sealed).ok().filter(|bytes| bytes.len() == 25)?;
        let word = |at: usize| -> Option<i64> {
            Some(i64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
        };
        Some(Self {
            group: bytes.first().copied()?,
            value: word(1)?,
            id: word(9)?,
            shown: word(17)?,
        })
    }

    /// As it stands in an address. Sealed, so that nobody makes one that was never given out.
    pub fn seal(self, seal: &Seal) -> Result<String> {
        let mut bytes = vec![self.group];
        for word in [self.value, self.id, self.shown] {
            bytes.extend(word.to_be_bytes());
        }
        Ok(base64url(&seal.seal(Self::PURPOSE, &bytes)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_what_was_made_up_is_none() {
        let seal = Seal::new("a secret of this test");
        let cursor = Cursor { group: 1, value: 8500, id: i64::MAX, shown: 20 };
        let text = cursor.seal(&seal).unwrap();
        assert_eq!(Cursor::open(&text, &seal), Some(cursor));
        assert_eq!(Cursor::open(&text, &Seal::new("another secret")), None);
        for bad in ["", "0C9K4VXT2M7QA", "../..", "AAAA", &"A".repeat(400), &text[1..]] {
            assert_eq!(Cursor::open(bad, &seal), None);
        }
    }
}
