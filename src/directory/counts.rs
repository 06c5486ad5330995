//! How many entries match, remembered until any entry changes.
//!
//! Counting a thousand matches costs more than reading the twenty that are shown, and the same
//! searches come again and again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Entry;
use crate::db::Conn;
use crate::error::Result;

/// Counts of one version of the directory. Cheap to clone.
#[derive(Clone, Default)]
pub struct Counts(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    version: i64,
    counts: HashMap<String, i64>,
}

impl Counts {
    /// Most searches remembered; whoever makes up more only makes it forget.
    const MOST: usize = 10_000;

    /// The count under this key, or what `count` finds.
    pub fn of(
        &self,
        conn: &mut Conn,
        key: &str,
        count: impl FnOnce(&mut Conn) -> Result<i64>,
    ) -> Result<i64> {
        let version = Entry::version(conn)?;
        if let Some(known) = self.kept(version, |counts| counts.get(key).copied()) {
            return Ok(known);
        }
        let counted = count(conn)?;
        self.kept(version, |counts| counts.insert(key.to_owned(), counted));
        Ok(counted)
    }

    fn kept<T>(&self, version: i64, work: impl FnOnce(&mut HashMap<String, i64>) -> T) -> T {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.version != version || kept.counts.len() >= Self::MOST {
            *kept = Kept { version, counts: HashMap::new() };
        }
        work(&mut kept.counts)
    }
}
