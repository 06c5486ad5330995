//! Reads the archives that a browser writes of a conversation: nothing in them is compressed.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::Failure;

const END: [u8; 4] = *b"PK\x05\x06";
const ENTRY: [u8; 4] = *b"PK\x01\x02";
/// Of the end of an archive without a comment.
const END_LENGTH: u64 = 22;
/// The most entries: ten thousand messages with their files.
const MOST: usize = 200_000;

struct ArchiveEntry {
    name: String,
    offset: u64,
    size: u64,
}

pub struct Archive {
    file: File,
    entries: Vec<ArchiveEntry>,
}

fn broken() -> Failure {
    Failure::failed("this is no archive that the site wrote, or it was cut off")
}

impl Archive {
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let mut file = File::open(path)?;
        let length = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(length.checked_sub(END_LENGTH).ok_or_else(broken)?))?;
        let mut end = [0; 22];
        file.read_exact(&mut end)?;
        let mut end = Fields(&end);
        if end.take::<4>()? != END {
            return Err(broken());
        }
        end.skip(6)?;
        let count = usize::from(u16::from_le_bytes(end.take()?));
        let size = u32::from_le_bytes(end.take()?);
        let offset = u32::from_le_bytes(end.take()?);
        file.seek(SeekFrom::Start(u64::from(offset)))?;
        let mut directory = vec![];
        file.by_ref().take(u64::from(size)).read_to_end(&mut directory)?;
        let mut fields = Fields(&directory);
        let mut entries = vec![];
        while !fields.0.is_empty() && entries.len() < MOST {
            entries.push(fields.entry()?);
        }
        if entries.len() % 65_536 != count {
            return Err(broken());
        }
        Ok(Self { file, entries })
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    /// The content under a name, in pieces of up to so many bytes.
    pub fn pieces(
        &mut self,
        name: &str,
        length: usize,
        mut each: impl FnMut(&[u8]),
    ) -> Result<Option<u64>, Failure> {
        let Some(entry) = self.entries.iter().find(|entry| entry.name == name) else {
            return Ok(None);
        };
        let mut head = [0; 30];
        self.file.seek(SeekFrom::Start(entry.offset))?;
        self.file.read_exact(&mut head)?;
        let mut fields = Fields(&head);
        fields.skip(26)?;
        let named = u64::from(u16::from_le_bytes(fields.take()?));
        let more = u64::from(u16::from_le_bytes(fields.take()?));
        self.file.seek(SeekFrom::Start(entry.offset + 30 + named + more))?;
        let mut left = entry.size;
        let mut piece = vec![];
        while left > 0 {
            piece.clear();
            let next = left.min(u64::try_from(length).map_err(|_| broken())?);
            self.file.by_ref().take(next).read_to_end(&mut piece)?;
            if u64::try_from(piece.len()).map_err(|_| broken())? != next {
                return Err(broken());
            }
            each(&piece);
            left -= next;
        }
        Ok(Some(entry.size))
    }

    pub fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        let mut whole = vec![];
        let found = self.pieces(name, 1 << 20, |piece| whole.extend_from_slice(piece))?;
        Ok(found.map(|_| whole))
    }
}

struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn rest(&mut self, length: usize) -> Result<&'a [u8], Failure> {
        let (first, rest) = self.0.split_at_checked(length).ok_or_else(broken)?;
        self.0 = rest;
        Ok(first)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Failure> {
        self.rest(N)?.try_into().map_err(|_| broken())
    }

    fn skip(&mut self, length: usize) -> Result<(), Failure> {
        self.rest(length).map(drop)
    }

    fn entry(&mut self) -> Result<ArchiveEntry, Failure> {
        if self.take::<4>()? != ENTRY {
            return Err(broken());
        }
        self.skip(6)?;
        if u16::from_le_bytes(self.take()?) != 0 {
            return Err(Failure::failed(
                "the archive was packed anew: give it as the site wrote it",
            ));
        }
        self.skip(8)?;
        let (packed, size) = (u32::from_le_bytes(self.take()?), u32::from_le_bytes(self.take()?));
        let (name, extra, comment): (u16, u16, u16) = (
            u16::from_le_bytes(self.take()?),
            u16::from_le_bytes(self.take()?),
            u16::from_le_bytes(self.take()?),
        );
        self.skip(8)?;
        let offset = u64::from(u32::from_le_bytes(self.take()?));
        let name =
            String::from_utf8(self.rest(usize::from(name))?.to_vec()).map_err(|_| broken())?;
        self.skip(usize::from(extra) + usize::from(comment))?;
        if packed != size {
            return Err(broken());
        }
        Ok(ArchiveEntry { name, offset, size: u64::from(size) })
    }
}
