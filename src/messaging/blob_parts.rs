//! A sealed file in parts. Each is a blob of its own in the store and never changed, so sending one
//! again does no harm.

use super::{Blob, BlobId};

pub(super) const MIB: i64 = 1024 * 1024;
/// The sealed format: a header, then chunks of 1 MiB that each have a tag.
const HEADER: i64 = 64;
const TAG: i64 = 16;

impl Blob {
    pub const PART: i64 = 8 * MIB;
    /// A sealed file of 50 MiB.
    pub(super) const MOST: i64 = HEADER + 50 * (MIB + TAG);
    const MOST_PARTS: i32 = 7;

    /// Whether a file that was sealed can have this length. An empty one is one empty chunk.
    pub fn is_sealed_size(size: i64) -> bool {
        // the size is anything that somebody sends
        let last = size.saturating_sub(HEADER).rem_euclid(MIB + TAG);
        size == HEADER + TAG || (size > HEADER + TAG && (last == 0 || last > TAG))
    }

    /// Bytes of a part; `None` if there is no such part.
    pub fn part_length(&self, number: i32) -> Option<i64> {
        let left = self.size - i64::from(number) * Self::PART;
        (0..self.parts).contains(&number).then(|| left.min(Self::PART))
    }

    /// Where a part is kept.
    pub fn key(id: BlobId, number: i32) -> String {
        format!("chat/{}-{number}", id.to_string().to_ascii_lowercase())
    }

    /// Where every part is kept that a file can have.
    pub(super) fn all_keys(id: BlobId) -> impl Iterator<Item = String> {
        (0..Self::MOST_PARTS).map(move |number| Self::key(id, number))
    }

    pub fn keys(&self) -> Vec<String> {
        (0..self.parts).map(|number| Self::key(self.id, number)).collect()
    }

    /// The stretches of parts that make up a stretch of the file: key, first byte, length.
    pub fn stretches(&self, from: i64, length: i64) -> Vec<(String, i64, i64)> {
        let end = from + length;
        let part = |number: i32| {
            let begin = i64::from(number) * Self::PART;
            let (first, last) = (from.max(begin), end.min(begin + Self::PART));
            (first < last).then(|| (Self::key(self.id, number), first - begin, last - first))
        };
        (0..self.parts).filter_map(part).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Instant;
    use crate::messaging::{BlobState, ConversationId};
    use crate::users::UserId;

    fn blob(size: i64) -> Blob {
        Blob {
            id: BlobId(7),
            owner_id: UserId(1),
            conversation_id: ConversationId(2),
            size,
            parts: i32::try_from((size + Blob::PART - 1) / Blob::PART).unwrap(),
            sha256: None,
            state: BlobState::Open,
            created_at: Instant::from_millis(0),
        }
    }

    #[test]
    fn only_lengths_that_sealing_makes_are_taken() {
        for fine in [80, 81, HEADER + MIB + TAG, HEADER + MIB + TAG + TAG + 1, Blob::MOST] {
            assert!(Blob::is_sealed_size(fine), "{fine}");
        }
        for wrong in [i64::MIN, -1, 0, 64, 79, HEADER + MIB + TAG + 1, HEADER + MIB + TAG + TAG] {
            assert!(!Blob::is_sealed_size(wrong), "{wrong}");
        }
        assert_eq!(blob(Blob::MOST).parts, Blob::MOST_PARTS);
    }

    #[test]
    fn a_stretch_of_a_file_is_found_in_its_parts() {
        let blob = blob(Blob::PART * 2 + 5);
        assert_eq!(
            [0, 1, 2, 3, -1].map(|n| blob.part_length(n)),
            [Some(Blob::PART), Some(Blob::PART), Some(5), None, None]
        );
        let key = |n| Blob::key(blob.id, n);
        assert_eq!(blob.stretches(3, 4), [(key(0), 3, 4)]);
        assert_eq!(
            blob.stretches(Blob::PART - 1, 2),
            [(key(0), Blob::PART - 1, 1), (key(1), 0, 1)]
        );
        let all: i64 = blob.stretches(0, blob.size).iter().map(|(_, _, length)| length).sum();
        assert_eq!(all, blob.size);
        assert_eq!(key(2), "chat/0000000000007-2");
    }
}
