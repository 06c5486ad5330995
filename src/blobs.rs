//! Files: photographs now, papers later. One node keeps them on its disk.
//!
//! A key is a path of lower-case words; a blob is written whole or not at all, and never changed.
//! Not here: who may read one. The row that names a key decides.

use std::path::PathBuf;

use tokio::fs;
use tokio::io::AsyncWriteExt;

use crate::config::make_private_folder;
use crate::error::{Error, Result};
use crate::seal;

/// Where blobs are, as `BLOBS_URL` says.
#[derive(Debug, Clone)]
pub enum Blobs {
    Disk(PathBuf),
}

impl Blobs {
    pub fn disk(folder: PathBuf) -> Result<Self> {
        make_private_folder(&folder)?;
        Ok(Self::Disk(folder))
    }

    /// Stores and flushes; the name appears only when the content is complete.
    pub async fn put(&self, key: &str, content: &[u8]) -> Result<()> {
        match self {
            Self::Disk(folder) => {
                let path = folder.join(checked(key)?);
                let parent = path.parent().ok_or(Error::NotFound)?;
                fs::create_dir_all(parent).await?;
                let draft = parent.join(format!(".{}", seal::token()));
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
            Self::Disk(folder) => match fs::read(folder.join(checked(key)?)).await {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Error::NotFound),
                other => Ok(other?),
            },
        }
    }

    /// Removing what is not there is fine: the work may run twice.
    pub async fn remove(&self, key: &str) -> Result<()> {
        match self {
            Self::Disk(folder) => match fs::remove_file(folder.join(checked(key)?)).await {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
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
}
