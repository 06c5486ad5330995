//! How much of what sites send is in memory at a time. Anybody may answer ten megabytes, and a round asks
//! 32 sites at once: without a bound that would be more than a small machine has.
//!
//! The first megabyte of each answer is taken as it comes. Whatever is larger waits for one of a few
//! places, and keeps it until the file was read. Who holds a place waits for nobody else's, so one always
//! becomes free.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant as Moment, timeout, timeout_at};

use super::FetchRefusal;

/// A calendar that was fetched, and its place, which is free again once this is dropped.
#[derive(Debug)]
pub struct Fetched {
    pub file: Vec<u8>,
    _place: Option<SemaphorePermit<'static>>,
}

impl AsRef<[u8]> for Fetched {
    fn as_ref(&self) -> &[u8] {
        &self.file
    }
}

/// Where large answers have their places.
pub(super) struct MemoryRoom {
    places: Semaphore,
    /// The longest that one waits.
    patience: Duration,
}

/// 32 small ones and three of ten megabytes come to 62 MB.
pub(super) static ROOM: MemoryRoom = MemoryRoom::new(3, Duration::from_secs(4));

impl MemoryRoom {
    /// What needs no place.
    pub const SMALL: usize = 1_000_000;

    pub const fn new(places: usize, patience: Duration) -> Self {
        Self { places: Semaphore::const_new(places), patience }
    }
}

/// What has come of one answer so far.
pub(super) struct Body {
    room: &'static MemoryRoom,
    file: Vec<u8>,
    place: Option<SemaphorePermit<'static>>,
}

impl Body {
    pub fn new(room: &'static MemoryRoom) -> Self {
        Self { room, file: vec![], place: None }
    }

    /// Takes a part, which may have to wait for a place; meanwhile the site is not hurried.
    pub async fn take(
        &mut self,
        part: &[u8],
        most: usize,
        watch: &mut Watch,
    ) -> Result<(), FetchRefusal> {
        let length = self.file.len() + part.len();
        if length > most {
            return Err(FetchRefusal::TooLarge);
        }
        if length > MemoryRoom::SMALL && self.place.is_none() {
            let place = watch.pause(self.room.patience, self.room.places.acquire()).await;
            self.place = Some(place.and_then(Result::ok).ok_or(FetchRefusal::Crowded)?);
            // a vector that grows by itself takes up to twice of what is in it
            self.file.reserve_exact(most - self.file.len());
        }
        self.file.extend_from_slice(part);
        Ok(())
    }

    pub fn whole(self) -> Fetched {
        Fetched { file: self.file, _place: self.place }
    }
}

/// The time that a site has. It stands still while the site waits for us.
pub(super) struct Watch(Moment);

impl Watch {
    pub fn start(time: Duration) -> Self {
        Self(Moment::now() + time)
    }

    pub async fn run<T>(
        &self,
        work: impl Future<Output = Result<T, FetchRefusal>>,
    ) -> Result<T, FetchRefusal> {
        timeout_at(self.0, work).await.unwrap_or(Err(FetchRefusal::TooSlow))
    }

    async fn pause<T>(&mut self, most: Duration, work: impl Future<Output = T>) -> Option<T> {
        let begun = Moment::now();
        let done = timeout(most, work).await.ok();
        self.0 += begun.elapsed();
        done
    }
}

#[cfg(feature = "test-clock")]
impl From<Vec<u8>> for Fetched {
    fn from(file: Vec<u8>) -> Self {
        Self { file, _place: None }
    }
}
