//! Files (format CEF1): sealed in chunks of 1 MiB under a key of their own.

use rand::CryptoRng;

use super::bytes::Reader;
use super::crypto::{aes_open, aes_seal, hkdf, random, same, sha256};
use super::{Hash, Refusal, Result, need};

const CHUNK: usize = 1 << 20;
const MOST: usize = 50 * CHUNK;
const HEADER: usize = 64;
const TAG: usize = 16;

/// A sealed file, and what the message says to open it.
pub struct SealedFile {
    pub blob: Vec<u8>,
    pub fk: Hash,
    pub root: Hash,
    pub size: usize,
}

pub(super) struct Keys {
    key: Hash,
    prefix: [u8; 7],
    pub(super) header: Vec<u8>,
}

impl Keys {
    pub(super) fn new(fk: &[u8], salt: &[u8; 16]) -> Result<Self> {
        let okm: [u8; 71] = hkdf(fk, salt, &[b"chat/v1/file"])?;
        let mut reader = Reader(&okm);
        let (key, prefix, commit): (Hash, _, Hash) =
            (reader.take()?, reader.take()?, reader.take()?);
        let header = [b"CEF1\x14\0\0\0".as_slice(), salt, &commit, &[0; 8]].concat();
        Ok(Self { key, prefix, header })
    }

    fn iv(&self, number: u32, is_last: bool) -> Result<[u8; 12]> {
        let iv = [self.prefix.as_slice(), &number.to_be_bytes(), &[u8::from(is_last)]].concat();
        iv.try_into().map_err(|_| Refusal::Limit)
    }

    pub(super) fn seal(&self, number: u32, is_last: bool, chunk: &[u8]) -> Result<Vec<u8>> {
        aes_seal(&self.key, &self.iv(number, is_last)?, &self.header, chunk)
    }
}

/// The chunks with their numbers; an empty file is one empty chunk.
fn chunks(bytes: &[u8], size: usize) -> impl Iterator<Item = (u32, bool, &[u8])> {
    let count = bytes.len().div_ceil(size).max(1);
    let empty: &[u8] = &[];
    let one = bytes.is_empty().then_some(empty);
    let parts = one.into_iter().chain(bytes.chunks(size));
    (0_u32..)
        .zip(parts)
        .enumerate()
        .map(move |(at, (number, part))| (number, at + 1 == count, part))
}

pub fn seal_file(bytes: &[u8], rng: &mut impl CryptoRng) -> Result<SealedFile> {
    if bytes.len() > MOST {
        return Err(Refusal::Limit);
    }
    let fk = random(rng);
    let keys = Keys::new(&fk, &random(rng))?;
    let mut blob = keys.header.clone();
    for (number, is_last, chunk) in chunks(bytes, CHUNK) {
        blob.extend(keys.seal(number, is_last, chunk)?);
    }
    Ok(SealedFile { blob, fk, root: root(bytes), size: bytes.len() })
}

/// The hash over the hashes of the chunks.
pub(super) fn root(bytes: &[u8]) -> Hash {
    let hashes: Vec<u8> = chunks(bytes, CHUNK).flat_map(|(_, _, chunk)| sha256(&[chunk])).collect();
    sha256(&[&hashes])
}

pub fn open_file(blob: &[u8], fk: &[u8], expected_root: &Hash, size: usize) -> Result<Vec<u8>> {
    need(fk.len() == 32, "no file key")?;
    let sealed_size = HEADER + size + TAG * size.div_ceil(CHUNK).max(1);
    need(blob.len() == sealed_size, "the file has another length")?;
    let mut reader = Reader(blob);
    let header = reader.rest(HEADER)?;
    let mut parts = Reader(header);
    parts.rest(8)?;
    let keys = Keys::new(fk, &parts.take()?)?;
    need(same(&keys.header, header), "the file was not sealed with this key")?;
    let mut plain = vec![];
    for (number, is_last, chunk) in chunks(reader.0, CHUNK + TAG) {
        plain.extend(aes_open(&keys.key, &keys.iv(number, is_last)?, header, chunk)?);
    }
    need(root(&plain) == *expected_root, "not the file that was sent")?;
    Ok(plain)
}
