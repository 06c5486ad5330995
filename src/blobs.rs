//! Files: photographs, and the sealed files of messages. One node keeps them on its disk.
//!
//! A key is a path of lower-case words; a blob is written whole or not at all, and never changed.
//! What is large comes and goes in pieces. Not here: who may read one. The row that names a key
//! decides.

use std::io::{ErrorKind, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::stream::{self, BoxStream, Stream, StreamExt, TryStreamExt};
use sha2::{Digest, Sha256};
use tokio::fs;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use crate::config::make_private_folder;
use crate::error::{Error, Result};
use crate::seal;

/// Where blobs are, as `BLOBS_URL` says.
#[derive(Debug, Clone)]
pub enum Blobs {
    Disk(PathBuf),
}

/// What a stream must come to.
#[derive(Debug, Clone, Copy)]
pub struct Promised {
    pub length: u64,
    pub sha256: [u8; 32],
}

/// Why a stream was not kept. Nothing of it is left.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    #[error("What came has another length than this part must have.")]
    Length,
    #[error("What came is not what its hash says. Send it again.")]
    Hash,
    #[error("The upload was cut off. Send it again.")]
    CutOff,
    #[error("Other content is kept under this name.")]
    Taken,
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<std::io::Error> for NotKept {
    fn from(cause: std::io::Error) -> Self {
        Self::Failed(cause.into())
    }
}

/// Content in pieces, each read when it is asked for.
pub type Pieces = BoxStream<'static, Result<Vec<u8>>>;

/// Bytes of one piece.
const PIECE: usize = 256 * 1024;

/// Where what is still being written lies, until it gets its name. No key leads there.
const DRAFTS: &str = ".drafts";

/// Takes drafts away that a killed process left: none is a day in the making.
fn remove_old(drafts: &Path) -> Result<()> {
    for entry in std::fs::read_dir(drafts)? {
        let entry = entry?;
        let age = entry.metadata().and_then(|file| file.modified()).map(|at| at.elapsed());
        if age.is_ok_and(|age| age.is_ok_and(|age| age > DAY)) {
            let _ = std::fs::remove_file(entry.path()); // another process may be first
        }
    }
    Ok(())
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Blobs {
    pub fn disk(folder: PathBuf) -> Result<Self> {
        make_private_folder(&folder)?;
        let drafts = folder.join(DRAFTS);
        make_private_folder(&drafts)?;
        remove_old(&drafts)?;
        Ok(Self::Disk(folder))
    }

    /// Stores and flushes; the name appears only when the content is complete.
    pub async fn put(&self, key: &str, content: &[u8]) -> Result<()> {
        match self {
            Self::Disk(folder) => {
                let path = folder.join(checked(key)?);
                let parent = path.parent().ok_or(Error::NotFound)?;
                fs::create_dir_all(parent).await?;
                let draft = folder.join(DRAFTS).join(seal::token());
                let mut file = fs::File::create(&draft).await?;
                file.write_all(content).await?;
                file.sync_all().await?;
                fs::rename(&draft, &path).await?;
                fs::File::open(parent).await?.sync_all().await?;
                Ok(())
            }
        }
    }

    pub async fn get(&self, key: &str) -> Result<Vec<u8>> {
        match self {
            Self::Disk(folder) => found(fs::read(folder.join(checked(key)?)).await),
        }
    }

    /// Stores a stream as it comes, if it turns out to be what was promised. The same again is fine,
    /// and of two at once the first stays.
    pub async fn keep<B: AsRef<[u8]>, E>(
        &self,
        key: &str,
        content: impl Stream<Item = Result<B, E>>,
        promised: Promised,
    ) -> Result<(), NotKept> {
        match self {
            Self::Disk(folder) => {
                let path = folder.join(checked(key)?);
                let parent = path.parent().ok_or(Error::NotFound)?;
                fs::create_dir_all(parent).await?;
                let draft = PartialFile(folder.join(DRAFTS).join(seal::token()));
                draft.write(content, promised).await?;
                match fs::hard_link(&draft.0, &path).await {
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                    other => {
                        other?;
                        fs::File::open(parent).await?.sync_all().await?;
                        return Ok(());
                    }
                }
            }
        }
        let is_same = self.sha256(&[key]).await? == promised.sha256;
        if is_same { Ok(()) } else { Err(NotKept::Taken) }
    }

    /// A stretch of a blob.
    pub async fn read(&self, key: &str, from: u64, length: u64) -> Result<Pieces> {
        match self {
            Self::Disk(folder) => {
                let mut file = found(fs::File::open(folder.join(checked(key)?)).await)?;
                file.seek(SeekFrom::Start(from)).await?;
                let pieces = stream::try_unfold(file.take(length), |mut file| async move {
                    let mut piece = vec![0; PIECE];
                    let read = file.read(&mut piece).await?;
                    piece.truncate(read);
                    Ok((read > 0).then_some((piece, file)))
                });
                Ok(pieces.boxed())
            }
        }
    }

    /// Its length; `None` where there is none.
    pub async fn length(&self, key: &str) -> Result<Option<u64>> {
        match self {
            Self::Disk(folder) => match fs::metadata(folder.join(checked(key)?)).await {
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                other => Ok(Some(other?.len())),
            },
        }
    }

    /// The hash of several blobs, one behind the other.
    pub async fn sha256(&self, keys: &[impl AsRef<str>]) -> Result<[u8; 32]> {
        let mut hash = Sha256::new();
        for key in keys {
            let mut pieces = self.read(key.as_ref(), 0, u64::MAX).await?;
            while let Some(piece) = pieces.try_next().await? {
                hash.update(&piece);
            }
        }
        Ok(hash.finalize().into())
    }

    /// Removing what is not there is fine: the work may run twice.
    pub async fn remove(&self, key: &str) -> Result<()> {
        match self {
            Self::Disk(folder) => match fs::remove_file(folder.join(checked(key)?)).await {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
                _ => Ok(()),
            },
        }
    }

    /// Whether a file can be written now; `/readyz` and `doctor` ask. Flushes nothing, as anybody
    /// may ask as often as they like.
    pub async fn is_writable(&self) -> bool {
        match self {
            Self::Disk(folder) => {
                let probe = folder.join(format!(".probe-{}", seal::token()));
                let written = fs::write(&probe, b"probe").await;
                written.is_ok() && fs::remove_file(&probe).await.is_ok()
            }
        }
    }
}

fn found<T>(opened: std::io::Result<T>) -> Result<T> {
    match opened {
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Error::NotFound),
        other => Ok(other?),
    }
}

/// A file that is not whole yet; it goes with whoever was writing it.
struct PartialFile(PathBuf);

impl PartialFile {
    async fn write<B: AsRef<[u8]>, E>(
        &self,
        content: impl Stream<Item = Result<B, E>>,
        promised: Promised,
    ) -> Result<(), NotKept> {
        let mut content = std::pin::pin!(content);
        let mut file = fs::File::create(&self.0).await?;
        let (mut hash, mut left) = (Sha256::new(), promised.length);
        while let Some(piece) = content.next().await {
            let piece = piece.map_err(|_| NotKept::CutOff)?;
            let length = u64::try_from(piece.as_ref().len()).map_err(|_| NotKept::Length)?;
            left = left.checked_sub(length).ok_or(NotKept::Length)?;
            hash.update(piece.as_ref());
            file.write_all(piece.as_ref()).await?;
        }
        if left > 0 {
            return Err(NotKept::Length);
        }
        if hash.finalize()[..] != promised.sha256 {
            return Err(NotKept::Hash);
        }
        Ok(file.sync_all().await?)
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// No key leads out of the folder.
fn checked(key: &str) -> Result<&str> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_./".contains(c);
    let parts_fine = key.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
    if key.chars().all(plain) && parts_fine { Ok(key) } else { Err(Error::NotFound) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_blob_comes_back_as_it_was_stored_and_no_key_leaves_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::disk(folder.path().join("blobs")).unwrap();
        blobs.put("photos/a/96.jpg", b"picture").await.unwrap();
        assert_eq!(blobs.get("photos/a/96.jpg").await.unwrap(), b"picture");
        blobs.remove("photos/a/96.jpg").await.unwrap();
        blobs.remove("photos/a/96.jpg").await.unwrap();
        assert!(matches!(blobs.get("photos/a/96.jpg").await, Err(Error::NotFound)));
        for key in ["../secret", "/etc/passwd", "a/../../b", "", "a//b", "A"] {
            assert!(blobs.put(key, b"x").await.is_err(), "{key} was written");
        }
        assert!(blobs.is_writable().await);
    }

    #[test]
    fn what_a_killed_process_left_half_written_is_gone_a_day_later() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Blobs::disk(folder.path().join("blobs")).unwrap();
        open();
        let drafts = folder.path().join("blobs").join(DRAFTS);
        for (name, hours) in [("old", 25), ("fresh", 23)] {
            let file = std::fs::File::create(drafts.join(name)).unwrap();
            let made = file.metadata().unwrap().modified().unwrap();
            file.set_modified(made - Duration::from_secs(hours * 3600)).unwrap();
        }
        open();
        assert!(!drafts.join("old").exists() && drafts.join("fresh").exists());
    }

    fn promise(content: &[u8]) -> Promised {
        let length = u64::try_from(content.len()).unwrap();
        Promised { length, sha256: seal::sha256(content) }
    }

    async fn keep(blobs: &Blobs, content: &[u8], promised: Promised) -> Result<(), NotKept> {
        let pieces = content.chunks(7).map(Ok::<_, ()>);
        blobs.keep("chat/a-0", stream::iter(pieces), promised).await
    }

    #[tokio::test]
    async fn a_stream_is_kept_whole_once_and_as_promised_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::disk(folder.path().join("blobs")).unwrap();
        let (one, other) = (b"a sealed file".as_slice(), b"another sealed one".as_slice());
        let wrong = Promised { sha256: [7; 32], ..promise(one) };
        assert!(matches!(keep(&blobs, one, wrong).await, Err(NotKept::Hash)));
        for length in [12, 14] {
            let wrong = Promised { length, ..promise(one) };
            assert!(matches!(keep(&blobs, one, wrong).await, Err(NotKept::Length)));
        }
        let cut = stream::iter([Ok(b"a se".as_slice()), Err(())]);
        let cut = blobs.keep("chat/a-0", cut, promise(one)).await;
        assert!(matches!(cut, Err(NotKept::CutOff)));
        assert_eq!(blobs.length("chat/a-0").await.unwrap(), None);

        for _ in 0..2 {
            keep(&blobs, one, promise(one)).await.unwrap();
        }
        assert!(matches!(keep(&blobs, other, promise(other)).await, Err(NotKept::Taken)));
        assert_eq!(blobs.length("chat/a-0").await.unwrap(), Some(13));
        let stretch = blobs.read("chat/a-0", 2, 6).await.unwrap();
        let stretch: Vec<Vec<u8>> = stretch.try_collect().await.unwrap();
        assert_eq!(stretch.concat(), b"sealed");
        let twice = blobs.sha256(&["chat/a-0", "chat/a-0"]).await.unwrap();
        assert_eq!(twice, seal::sha256(&[one, one].concat()));
        assert!(matches!(blobs.read("chat/b-0", 0, 1).await, Err(Error::NotFound)));
        let left = std::fs::read_dir(folder.path().join("blobs/chat")).unwrap().count();
        assert_eq!(left, 1, "no draft stays");
    }
}
