//! What a search that finds nobody offers instead: itself without one of its filters, each with the
//! number that would give. What would find nobody either is not offered.

use super::{DirectoryCounts, Filters, Search, SearchResults, Stand};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::locale::Locale;

#[derive(Debug, Clone)]
pub struct Alternative {
    /// "Without Lyon"
    pub words: String,
    pub href: String,
    pub count: i64,
}

impl Alternative {
    const MOST: usize = 8;

    /// Counted only where nobody was found.
    pub fn of(
        conn: &mut Conn,
        counts: &DirectoryCounts,
        filters: &Filters,
        found: &SearchResults,
        (stand, locale): (Stand, Locale),
        now: Instant,
    ) -> Result<Vec<Self>> {
        if found.count > 0 {
            return Ok(vec![]);
        }
        let mut without = filters.without(locale);
        for reading in &found.readings {
            without.push((reading.words(), filters.without_words(&reading.typed)));
        }
        if !filters.q.is_empty() && !without.is_empty() {
            let rest = Filters { q: String::new(), after: None, ..filters.clone() };
            without.push((format!("“{}”", filters.q), rest));
        }
        let mut alternatives = vec![];
        for (words, rest) in without.into_iter().take(Self::MOST) {
            let count = Search::new(&rest, stand, now).count(conn, counts)?;
            if count > 0 {
                let words = format!("Without {words}");
                alternatives.push(Self { words, href: rest.first_page(), count });
            }
        }
        Ok(alternatives)
    }

    /// "15", "1,000+".
    pub fn figure(&self, locale: impl AsRef<Locale>) -> String {
        super::pages::counted(self.count, *locale.as_ref())
    }
}
