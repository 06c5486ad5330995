//! What a search that finds nobody offers instead: itself without one of its filters, each with the
//! number that would give. What would find nobody either is not offered.

use super::query::MOST_COUNTED;
use super::{Counts, Filters, Found, Search, Stand};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;

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
        counts: &Counts,
        filters: &Filters,
        found: &Found,
        stand: Stand,
        now: Instant,
    ) -> Result<Vec<Self>> {
        if found.count > 0 {
            return Ok(vec![]);
        }
        let mut without = filters.without();
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
    pub fn figure(&self) -> String {
        match self.count {
            n if n > MOST_COUNTED => "1,000+".to_owned(),
            n => super::pages::grouped(n),
        }
    }
}
