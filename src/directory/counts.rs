//! How many entries match, remembered until any entry changes.
//!
//! Counting a thousand matches costs more than reading the twenty that are shown, and the same
//! searches come again and again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{DirectoryEntry, Options, filter_lists};
use crate::db::Conn;
use crate::error::Result;

/// Counts of one version of the directory. Cheap to clone.
#[derive(Clone, Default)]
pub struct DirectoryCounts {
    kept: Arc<Mutex<CachedCounts>>,
    version: i64,
}

#[derive(Default)]
struct CachedCounts {
    version: i64,
    counts: HashMap<String, i64>,
    options: Option<Arc<Options>>,
}

impl DirectoryCounts {
    /// Most searches remembered; whoever makes up more only makes it forget.
    const MOST: usize = 10_000;

    /// The counts of the directory as it is now, for one request.
    pub fn as_of(&self, conn: &mut Conn) -> Result<Self> {
        Ok(Self { kept: self.kept.clone(), version: DirectoryEntry::version(conn)? })
    }

    /// The count under this key, or what `count` finds.
    pub fn of(
        &self,
        conn: &mut Conn,
        key: &str,
        count: impl FnOnce(&mut Conn) -> Result<i64>,
    ) -> Result<i64> {
        if let Some(known) = self.kept(|kept| kept.counts.get(key).copied()) {
            return Ok(known);
        }
        let counted = count(conn)?;
        self.kept(|kept| kept.counts.insert(key.to_owned(), counted));
        Ok(counted)
    }

    /// What the filters offer.
    pub fn options(&self, conn: &mut Conn) -> Result<Arc<Options>> {
        if let Some(known) = self.kept(|kept| kept.options.clone()) {
            return Ok(known);
        }
        let read = Arc::new(Options::read(conn, &filter_lists::all())?);
        self.kept(|kept| kept.options = Some(read.clone()));
        Ok(read)
    }

    fn kept<T>(&self, work: impl FnOnce(&mut CachedCounts) -> T) -> T {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.version != self.version || kept.counts.len() >= Self::MOST {
            *kept = CachedCounts { version: self.version, ..CachedCounts::default() };
        }
        work(&mut kept)
    }
}
