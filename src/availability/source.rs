//! Reading a calendar kept elsewhere. Nothing is written here: what cannot be read changes nothing.

use std::collections::BTreeSet;

use tokio::sync::Semaphore;

use super::{Contents, NewOutside, Notes, Outside};
use crate::calendar_file::{self, Busy, CalendarReading, FetchRefusal, Internet, Unreadable};
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::locale::LocalZone;
use crate::seal::Seal;
use crate::users::UserId;
use crate::web::{Chosen, text};

/// A file that means harm keeps a core busy for up to a second, so two are read at a time.
static READING: Semaphore = Semaphore::const_new(2);

/// Where a calendar comes from.
pub enum Source {
    Address(String),
    File(Chosen),
}

/// Why a calendar was not read: in words for its owner, but for what is our own fault.
#[derive(Debug, thiserror::Error)]
pub enum UnreadCalendar {
    #[error(transparent)]
    Refused(#[from] FetchRefusal),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    Failed(#[from] Error),
}

/// Which of these ids, out of the UIDs of events, are bookings of an accountant: whoever knows
/// bookings answers. Such an event never stands in its own way.
pub type OwnIds = fn(&mut Conn, UserId, &[String]) -> Result<BTreeSet<String>>;

/// What reading a calendar takes.
#[derive(Clone)]
pub struct CalendarReader {
    pub db: Db,
    pub seal: Seal,
    pub internet: Internet,
    pub own_ids: OwnIds,
}

/// Whose calendar it is, the zone that their wall shows, and how they write dates.
#[derive(Clone)]
pub(super) struct CalendarOwner {
    pub id: UserId,
    pub zone: LocalZone,
}

impl Source {
    /// The field of the form that brought it.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Address(_) => "url",
            Self::File(_) => "ics",
        }
    }

    /// Reads it wholly, for an accountant whose wall shows the time of `zone`.
    pub async fn read(
        self,
        by: &CalendarReader,
        id: UserId,
        zone: &LocalZone,
    ) -> Result<NewOutside, UnreadCalendar> {
        let owner = CalendarOwner { id, zone: zone.clone() };
        match self {
            Self::Address(url) => {
                let contents = by.fetch(owner, &url).await?;
                let sealed = Outside::sealed(&by.seal, &url)?;
                let name = short(&calendar_file::host(&url)?);
                Ok(NewOutside { name, url: Some(sealed), contents })
            }
            Self::File(Chosen { name, content }) => {
                let contents = by.read(owner, content).await?;
                Ok(NewOutside { name: file_name(&name), url: None, contents })
            }
        }
    }
}

impl CalendarReader {
    /// What the calendar at an address says.
    pub(super) async fn fetch(
        &self,
        owner: CalendarOwner,
        url: &str,
    ) -> Result<Contents, UnreadCalendar> {
        let file = self.internet.get(url).await?;
        self.read(owner, file).await
    }

    /// The file is let go as soon as it was read: a large one takes a place that others wait for.
    async fn read(
        &self,
        owner: CalendarOwner,
        file: impl AsRef<[u8]> + Send + 'static,
    ) -> Result<Contents, UnreadCalendar> {
        let (zone, now) = (owner.zone.clone(), self.db.now());
        let turn = READING.acquire().await.map_err(Error::internal)?;
        let work = move || calendar_file::read(file.as_ref(), &zone, now);
        let reading = tokio::task::spawn_blocking(work).await.map_err(Error::internal)??;
        drop(turn);
        let own = self.own(owner.id, &reading).await?;
        let busy = reading.busy_without(&own);
        let busy = busy.into_iter().map(|Busy { from, to }| (from, to)).collect();
        let notes = Notes::of(&reading, &owner.zone);
        Ok(Contents::new(busy, &notes, &self.seal)?)
    }

    async fn own(&self, owner: UserId, reading: &CalendarReading) -> Result<BTreeSet<String>> {
        let ids: Vec<String> = reading.ids().into_iter().map(str::to_owned).collect();
        if ids.is_empty() {
            return Ok(BTreeSet::new());
        }
        let own_ids = self.own_ids;
        self.db.read(move |conn, _| own_ids(conn, owner, &ids)).await
    }
}

/// The longest name that is kept.
const MOST: usize = 120;

fn short(name: &str) -> String {
    name.chars().take(MOST).collect()
}

fn file_name(sent: &str) -> String {
    text::line("Name", &short(sent), 1, MOST).unwrap_or_else(|_| "A file".to_owned())
}
