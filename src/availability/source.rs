//! Reading a calendar kept elsewhere. Nothing is written here: what cannot be read changes nothing.

use tokio::sync::Semaphore;

use super::{NewOutside, Outside, Stretch};
use crate::calendar_file::{self, Busy, Internet, Refused, Unreadable};
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::seal::Seal;
use crate::web::{Chosen, text};

/// A file that means harm keeps a core busy for a second or two, so two are read at a time.
static READING: Semaphore = Semaphore::const_new(2);

/// Where a calendar comes from.
pub enum Source {
    Address(String),
    File(Chosen),
}

/// Why a calendar was not read: in words for its owner, but for what is our own fault.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    Failed(#[from] Error),
}

impl Source {
    /// The field of the form that brought it.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Address(_) => "url",
            Self::File(_) => "ics",
        }
    }

    /// Reads it wholly, for somebody whose wall shows the time of `zone`.
    pub async fn read(
        self,
        internet: &Internet,
        seal: &Seal,
        zone: &str,
        now: Instant,
    ) -> Result<NewOutside, Unread> {
        match self {
            Self::Address(url) => {
                let busy = fetched(internet, &url, zone, now).await?;
                let url_sealed = Outside::sealed(seal, &url)?;
                Ok(NewOutside {
                    name: short(&calendar_file::host(&url)?),
                    url: Some(url_sealed),
                    busy,
                })
            }
            Self::File(Chosen { name, content }) => {
                let busy = read(content, zone, now).await?;
                Ok(NewOutside { name: file_name(&name), url: None, busy })
            }
        }
    }
}

/// When a calendar at an address says its owner is busy.
pub(super) async fn fetched(
    internet: &Internet,
    url: &str,
    zone: &str,
    now: Instant,
) -> Result<Vec<Stretch>, Unread> {
    read(internet.get(url).await?, zone, now).await
}

async fn read(file: Vec<u8>, zone: &str, now: Instant) -> Result<Vec<Stretch>, Unread> {
    let zone = zone.to_owned();
    let _turn = READING.acquire().await.map_err(Error::internal)?;
    let work = move || calendar_file::busy(&file, &zone, now);
    let busy = tokio::task::spawn_blocking(work).await.map_err(Error::internal)??;
    Ok(busy.into_iter().map(|Busy { from, to }| (from, to)).collect())
}

/// The longest name that is kept.
const MOST: usize = 120;

fn short(name: &str) -> String {
    name.chars().take(MOST).collect()
}

fn file_name(sent: &str) -> String {
    text::line("Name", &short(sent), 1, MOST).unwrap_or_else(|_| "A file".to_owned())
}
