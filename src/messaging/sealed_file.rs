//! Whether a file that came with a message is the one that the message promised.
//!
//! A reported message names its files with key and hash, so both are committed to. The server reads
//! the sealed file piece by piece, never more than a chunk at once, and keeps nothing of it. Format
//! CEF1: a header of 64 bytes, then chunks of 1 MiB, each with a tag.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use futures_util::TryStreamExt;
use hkdf::Hkdf;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Blob, BlobId};
use crate::blobs::Blobs;
use crate::error::{Error, Result};
use crate::seal::sha256;

const HEADER: usize = 64;
/// A chunk with its tag.
const CHUNK: usize = (1 << 20) + 16;

/// What a message says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromisedFile {
    pub id: BlobId,
    pub key: [u8; 32],
    pub root: [u8; 32],
    /// Bytes of the file itself.
    pub size: u64,
}

/// Opens a sealed file as it comes.
struct Opener {
    key: [u8; 32],
    header: Vec<u8>,
    cipher: Option<(Aes256Gcm, [u8; 7])>,
    waiting: Vec<u8>,
    number: u32,
    size: u64,
    roots: Sha256,
}

impl PromisedFile {
    /// Whether what is kept opens with this key and is this content. Nothing kept is `NotFound`.
    pub async fn is_kept(&self, blobs: &Blobs, blob: &Blob) -> Result<bool> {
        let mut opener = Opener::new(self.key);
        for (key, from, length) in blob.stretches(0, blob.size) {
            let (from, length) = (u64::try_from(from), u64::try_from(length));
            let (from, length) = (from.map_err(Error::internal)?, length.map_err(Error::internal)?);
            let mut pieces = blobs.read(&key, from, length).await?;
            while let Some(piece) = pieces.try_next().await? {
                if opener.take(&piece).is_none() {
                    return Ok(false);
                }
            }
        }
        Ok(opener
            .end()
            .is_some_and(|(size, root)| size == self.size && bool::from(root.ct_eq(&self.root))))
    }
}

impl Opener {
    fn new(key: [u8; 32]) -> Self {
        let (header, waiting) = (vec![], vec![]);
        Self { key, header, cipher: None, waiting, number: 0, size: 0, roots: Sha256::new() }
    }

    /// `None` once it is clear that this is another file.
    fn take(&mut self, piece: &[u8]) -> Option<()> {
        self.waiting.extend_from_slice(piece);
        if self.cipher.is_none() && self.waiting.len() >= HEADER {
            self.header = self.waiting.drain(..HEADER).collect();
            self.cipher = Some(self.read_header()?);
        }
        // one chunk stays: it may be the last
        while self.cipher.is_some() && self.waiting.len() > CHUNK {
            let chunk: Vec<u8> = self.waiting.drain(..CHUNK).collect();
            self.open(&chunk, false)?;
        }
        Some(())
    }

    /// Length and hash of what was sealed.
    fn end(mut self) -> Option<(u64, [u8; 32])> {
        let last = std::mem::take(&mut self.waiting);
        self.open(&last, true)?;
        Some((self.size, self.roots.finalize().into()))
    }

    fn read_header(&self) -> Option<(Aes256Gcm, [u8; 7])> {
        let (salt, commit) = (self.header.get(8..24)?, self.header.get(24..56)?);
        let mut okm = [0; 71];
        Hkdf::<Sha256>::new(Some(salt), &self.key).expand(b"chat/v1/file", &mut okm).ok()?;
        let (key, rest) = okm.split_first_chunk::<32>()?;
        let (prefix, expected) = rest.split_first_chunk::<7>()?;
        let is_own = bool::from(commit.ct_eq(expected));
        let is_format =
            self.header.starts_with(b"CEF1\x14\0\0\0") && self.header.ends_with(&[0; 8]);
        let cipher = Aes256Gcm::new_from_slice(key).ok()?;
        (is_own && is_format).then_some((cipher, *prefix))
    }

    fn open(&mut self, chunk: &[u8], is_last: bool) -> Option<()> {
        let (cipher, prefix) = self.cipher.as_ref()?;
        let mut iv = [0; 12];
        let parts = prefix.iter().copied().chain(self.number.to_be_bytes());
        iv.iter_mut().zip(parts.chain([u8::from(is_last)])).for_each(|(to, byte)| *to = byte);
        let sealed = Payload { msg: chunk, aad: &self.header };
        let plain = cipher.decrypt(&Nonce::from(iv), sealed).ok()?;
        self.roots.update(sha256(&plain));
        self.size += u64::try_from(plain.len()).ok()?;
        self.number = self.number.checked_add(1)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat_client::seal_file;

    /// What it comes to when it is read in pieces of some length.
    fn read(key: [u8; 32], blob: &[u8], piece: usize) -> Option<(u64, [u8; 32])> {
        let mut opener = Opener::new(key);
        for part in blob.chunks(piece) {
            opener.take(part)?;
            assert!(opener.waiting.len() <= CHUNK + piece, "more than a chunk is held");
        }
        opener.end()
    }

    #[test]
    fn a_file_is_read_in_pieces_and_comes_to_what_was_sealed() {
        for size in [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, (2 << 20) + 5] {
            let sealed = seal_file(&vec![7; size], &mut rand::rng()).unwrap();
            for piece in [4_096, 262_144, sealed.blob.len()] {
                let found = read(sealed.fk, &sealed.blob, piece);
                assert_eq!(found, Some((u64::try_from(size).unwrap(), sealed.root)), "{size}");
            }
        }
    }

    #[test]
    fn another_key_and_a_file_that_was_cut_swapped_or_changed_are_found_out() {
        let plain: Vec<u8> = (0..(2 << 20) + 9).map(|at: u32| at.to_le_bytes()[1]).collect();
        let sealed = seal_file(&plain, &mut rand::rng()).unwrap();
        assert!(read([1; 32], &sealed.blob, 262_144).is_none());
        for at in [0, 5, 9, 30, 60, 64, 70, HEADER + CHUNK, sealed.blob.len() - 1] {
            let mut bad = sealed.blob.clone();
            bad[at] ^= 1;
            assert!(read(sealed.fk, &bad, 262_144).is_none(), "byte {at}");
        }
        for cut in [0, 10, HEADER, HEADER + CHUNK, sealed.blob.len() - 1] {
            assert!(read(sealed.fk, &sealed.blob[..cut], 262_144).is_none(), "cut at {cut}");
        }
        let (head, chunks) = sealed.blob.split_at(HEADER);
        let (one, rest) = chunks.split_at(CHUNK);
        let (two, three) = rest.split_at(CHUNK);
        assert!(read(sealed.fk, &[head, two, one, three].concat(), 262_144).is_none(), "swapped");
        assert!(read(sealed.fk, &[head, one, two, three, three].concat(), 9_999).is_none());
    }
}
