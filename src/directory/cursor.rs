//! Where a page of results goes on. Sealed, and so opaque to the visitor; a bad one means page one.

use crate::error::Result;
use crate::seal::{Seal, base64url, from_base64url};

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
    const PURPOSE: &'static str = "footing/cursor/v1";

    /// `None` for what this site has not sealed.
    pub fn open(text: &str, seal: &Seal) -> Option<Self> {
        let sealed = from_base64url(text).filter(|sealed| sealed.len() <= 100)?;
        let bytes = seal.open(Self::PURPOSE, &sealed).ok().filter(|bytes| bytes.len() == 25)?;
        let word = |at: usize| -> Option<i64> {
            Some(i64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
        };
        Some(Self {
            in_names: bytes.first() == Some(&1),
            value: word(1)?,
            rank: word(9)?,
            shown: word(17)?,
        })
    }

    /// As it stands in an address. Sealed, so that nobody makes one that was never given out.
    pub fn seal(self, seal: &Seal) -> Result<String> {
        let mut bytes = vec![u8::from(self.in_names)];
        for word in [self.value, self.rank, self.shown] {
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
        let cursor = Cursor { in_names: true, value: 8500, rank: i64::MAX, shown: 20 };
        let text = cursor.seal(&seal).unwrap();
        assert_eq!(Cursor::open(&text, &seal), Some(cursor));
        assert_eq!(Cursor::open(&text, &Seal::new("another secret")), None);
        for bad in ["", "0C9K4VXT2M7QA", "../..", "AAAA", &"A".repeat(400), &text[1..]] {
            assert_eq!(Cursor::open(bad, &seal), None);
        }
    }
}
