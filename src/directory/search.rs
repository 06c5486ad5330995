//! Finds entries. The one module with a query for each database: only here do they truly differ.
//!
//! SQLite's `CROSS JOIN` fixes the order of the loops: words first, in the order of the ranking,
//! then one entry for each. Left free, it walks the index of prices and asks for the words of each.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::cursor::Cursor;
use super::filters::{Filters, Sort};
use super::{Card, Counts, Stand, words};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::listings::complete::{COMPLETE, VISIBLE};

/// One page of results.
#[derive(Debug, Default)]
pub struct Found {
    pub cards: Vec<Card>,
    /// How many there are, counted up to [`Search::MOST_COUNTED`].
    pub count: i64,
    pub next: Option<Cursor>,
    /// Words that nobody uses, each with the one searched instead.
    pub corrections: Vec<(String, String)>,
}

/// A search that is ready to run: what each entry must hold.
#[derive(Debug, Clone)]
pub struct Search {
    /// Whole tokens and beginnings that must all be there.
    marks: Vec<String>,
    prefixes: Vec<String>,
    words: Vec<String>,
    ceiling: Option<(&'static str, i64)>,
    sort: Sort,
    currency: &'static str,
    after: Option<Cursor>,
    stand: Stand,
    now: Instant,
    /// Only those with a free time.
    is_free: bool,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    rank: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    price_minor: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    free_at: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    free_until: Option<i64>,
    #[diesel(sql_type = Text)]
    card: String,
}

const SELECT: &str = "SELECT e.rank, e.price_minor, e.free_at, e.free_until, e.card";

impl Row {
    fn card(&self, now: Instant) -> Option<Card> {
        let card: Card = serde_json::from_str(&self.card).ok()?;
        let is_bookable = self.free_until.is_some_and(|until| now.micros() <= until);
        let free_at = self.free_at.filter(|_| is_bookable).map(Instant::from_micros);
        Some(Card { free_at, ..card })
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Which of two groups: names that hold all the words come first, then all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Names,
    Others,
    All,
}

impl Search {
    pub const PAGE: i64 = 20;
    pub const MOST_COUNTED: i64 = 1000;

    pub fn new(filters: &Filters, stand: Stand, now: Instant) -> Self {
        Self {
            now,
            is_free: !filters.free.is_empty(),
            marks: filters.marks(),
            prefixes: filters.place_words(),
            words: filters.words(),
            ceiling: filters.ceiling().map(|minor| (filters.currency, minor)),
            sort: filters.sort,
            currency: filters.currency,
            after: filters.after,
            stand,
        }
    }

    pub fn run(mut self, conn: &mut Conn, counts: &Counts) -> Result<Found> {
        let corrections = self.correct(conn)?;
        let count = self.remembered(conn, counts, Group::All)?;
        let rows = match self.sort {
            Sort::Price => self.by_value(conn, count)?,
            Sort::Soonest => self.by_value(conn, count)?,
            Sort::Best => self.by_rank(conn, counts, count)?,
        };
        let shown = self.after.map_or(0, |cursor| cursor.shown);
        let page = usize::try_from(Self::PAGE).unwrap_or(20);
        let has_more = rows.len() > page;
        let cards: Vec<Card> =
            rows.iter().take(page).filter_map(|(row, _)| row.card(self.now)).collect();
        let last = rows.get(page - 1).filter(|_| has_more);
        let next = last.map(|(row, in_names)| Cursor {
            in_names: *in_names,
            value: self.value(row),
            rank: row.rank,
            shown: shown + Self::PAGE,
        });
        Ok(Found { cards, count, next, corrections })
    }

    /// Where the last row stands in the chosen order.
    fn value(&self, row: &Row) -> i64 {
        let value = if self.sort == Sort::Soonest { row.free_at } else { row.price_minor };
        value.unwrap_or(0)
    }

    /// Replaces words that nobody uses by the nearest one that finds somebody.
    fn correct(&mut self, conn: &mut Conn) -> Result<Vec<(String, String)>> {
        let mut corrections = vec![];
        for at in 0..self.words.len() {
            let Some(word) = self.words.get(at).cloned() else { continue };
            if words::is_known(conn, &word)? {
                continue;
            }
            for near in words::nearest(conn, &word)? {
                let alone = Self {
                    words: vec![near.clone()],
                    marks: vec![],
                    prefixes: vec![],
                    ceiling: None,
                    is_free: false,
                    ..self.clone()
                };
                if alone.count(conn, Group::All)? > 0 {
                    if let Some(place) = self.words.get_mut(at) {
                        place.clone_from(&near);
                    }
                    corrections.push((word, near));
                    break;
                }
            }
        }
        Ok(corrections)
    }

    fn remembered(&self, conn: &mut Conn, counts: &Counts, group: Group) -> Result<i64> {
        let key = format!("{}{}", self.expression(conn, group), self.price_clause());
        counts.of(conn, &key, |conn| self.count(conn, group))
    }

    fn is_bare(&self) -> bool {
        self.marks.is_empty() && self.prefixes.is_empty() && self.words.is_empty()
    }

    /// Rows in the order of the ranking, name hits first; each with its group.
    fn by_rank(&self, conn: &mut Conn, counts: &Counts, count: i64) -> Result<Vec<(Row, bool)>> {
        let most = Self::PAGE + 1;
        let begun = self.after.map_or(i64::MAX, |cursor| cursor.rank);
        let in_names = !self.words.is_empty() && self.after.is_none_or(|cursor| cursor.in_names);
        // where the group after the names goes on
        let from = if in_names { i64::MAX } else { begun };
        let named = match self.words.is_empty() {
            true => 0,
            false => self.remembered(conn, counts, Group::Names)?,
        };
        if named == 0 {
            // nobody is called so: all others are all
            let all = self.page(conn, Group::All, count, from, most)?;
            return Ok(all.into_iter().map(|row| (row, false)).collect());
        }
        let mut rows: Vec<(Row, bool)> = vec![];
        if in_names {
            let names = self.page(conn, Group::Names, named, begun, most)?;
            rows.extend(names.into_iter().map(|row| (row, true)));
        }
        let left = most - i64::try_from(rows.len()).unwrap_or(most);
        if left > 0 {
            let others = self.page(conn, Group::Others, count, from, left)?;
            rows.extend(others.into_iter().map(|row| (row, false)));
        }
        Ok(rows)
    }

    /// Rows of one group below a rank. PostgreSQL's index of words knows no order: few hits (at
    /// most `count`) are all read and sorted, of many the ranking is walked and each row looked at.
    /// Its planner, left alone, takes looking at a row for cheaper than it is.
    fn page(
        &self,
        conn: &mut Conn,
        group: Group,
        count: i64,
        below: i64,
        most: i64,
    ) -> Result<Vec<Row>> {
        let (price, judged) = (self.price_clause(), self.judgement() + &self.free_clause());
        let text = match conn {
            _ if self.is_bare() && group == Group::All => format!(
                "{SELECT} FROM entries e \
                 WHERE $1 = '' AND e.rank < $2{judged}{price} ORDER BY e.rank DESC LIMIT $3"
            ),
            Conn::Sqlite(_) => format!(
                "{SELECT} FROM entry_words \
                 CROSS JOIN entries e ON e.rank = entry_words.rowid \
                 WHERE entry_words MATCH $1 AND entry_words.rowid < $2{judged}{price} \
                 ORDER BY entry_words.rowid DESC LIMIT $3"
            ),
            Conn::Postgres(_) if count <= Self::MOST_COUNTED => format!(
                "WITH e AS MATERIALIZED (SELECT user_id, rank, currency, price_minor, free_at, free_until, card FROM entries \
                 WHERE vector @@ ($1::text)::tsquery) \
                 {SELECT} FROM e \
                 WHERE e.rank < $2{judged}{price} ORDER BY e.rank DESC LIMIT $3"
            ),
            Conn::Postgres(_) => format!(
                "{SELECT} FROM entries e \
                 WHERE e.vector @@ ($1::text)::tsquery AND e.rank < $2{judged}{price} \
                 ORDER BY e.rank DESC LIMIT $3"
            ),
        };
        let query = self.expression(conn, group);
        Ok(diesel::sql_query(text)
            .bind::<Text, _>(query)
            .bind::<BigInt, _>(below)
            .bind::<BigInt, _>(most)
            .load(conn)?)
    }

    /// Cheapest first in one currency, or soonest free first. Few hits are sorted; of many, the
    /// index of the value is walked and each row looked at.
    fn by_value(&self, conn: &mut Conn, count: i64) -> Result<Vec<(Row, bool)>> {
        let now = self.now.micros();
        let (column, least, only) = match self.sort {
            Sort::Soonest => ("free_at", now, format!("e.free_until >= {now}")),
            _ => ("price_minor", 0, format!("e.currency = '{}'", self.currency)),
        };
        let first = (least, i64::MAX);
        let (value, rank) = self.after.map_or(first, |cursor| (cursor.value, cursor.rank));
        let common = format!(
            "{only} AND e.{column} >= $2 AND (e.{column} > $2 OR e.rank < $3){}{}{}",
            self.judgement(),
            self.price_clause(),
            self.free_clause()
        );
        let order = format!("ORDER BY e.{column}, e.rank DESC LIMIT $4");
        let select = format!("{SELECT} FROM");
        let is_few = count <= Self::MOST_COUNTED;
        let text = match conn {
            _ if self.is_bare() => {
                format!("{select} entries e WHERE $1 = '' AND {common} {order}")
            }
            Conn::Sqlite(_) if is_few => format!(
                "{select} entry_words CROSS JOIN entries e ON e.rank = entry_words.rowid \
                 WHERE entry_words MATCH $1 AND {common} {order}"
            ),
            Conn::Sqlite(_) => {
                format!("{select} entries e WHERE $1 <> '' AND {}{common} {order}", self.walked())
            }
            Conn::Postgres(_) => format!(
                "{select} entries e WHERE e.vector @@ ($1::text)::tsquery AND {common} {order}"
            ),
        };
        let query = self.expression(conn, Group::All);
        let rows: Vec<Row> = diesel::sql_query(text)
            .bind::<Text, _>(query)
            .bind::<BigInt, _>(value)
            .bind::<BigInt, _>(rank)
            .bind::<BigInt, _>(Self::PAGE + 1)
            .load(conn)?;
        Ok(rows.into_iter().map(|row| (row, false)).collect())
    }

    /// Counts what the index holds, up to the limit. A row that went stale this instant may be in
    /// it: judging each of a thousand again would cost more than the page.
    fn count(&self, conn: &mut Conn, group: Group) -> Result<i64> {
        let price = self.price_clause();
        let most = Self::MOST_COUNTED + 1;
        let text = match conn {
            _ if self.is_bare() => format!(
                "SELECT count(*) AS n FROM (SELECT 1 FROM entries e WHERE $1 = ''{price} LIMIT {most}) x"
            ),
            Conn::Sqlite(_) if self.ceiling.is_none() => format!(
                "SELECT count(*) AS n FROM (SELECT rowid FROM entry_words \
                 WHERE entry_words MATCH $1 LIMIT {most}) x"
            ),
            Conn::Sqlite(_) => format!(
                "SELECT count(*) AS n FROM (SELECT 1 FROM entry_words \
                 CROSS JOIN entries e ON e.rank = entry_words.rowid \
                 WHERE entry_words MATCH $1{price} LIMIT {most}) x"
            ),
            Conn::Postgres(_) => format!(
                "SELECT count(*) AS n FROM (SELECT 1 FROM entries e \
                 WHERE e.vector @@ ($1::text)::tsquery{price} LIMIT {most}) x"
            ),
        };
        let query = self.expression(conn, group);
        let count: Count = diesel::sql_query(text).bind::<Text, _>(query).get_result(conn)?;
        Ok(count.n)
    }

    /// Only figures and a currency of the list get here, so they may stand in the text.
    fn price_clause(&self) -> String {
        self.ceiling.map_or(String::new(), |(currency, minor)| {
            format!(" AND e.currency = '{currency}' AND e.price_minor <= {minor}")
        })
    }

    /// A free time that can no longer be booked is none.
    fn free_clause(&self) -> String {
        match self.is_free {
            true => format!(" AND e.free_until >= {}", self.now.micros()),
            false => String::new(),
        }
    }

    /// What an entry must be while some are stale: either not marked, or its profile still listed.
    fn judgement(&self) -> String {
        if self.stand == Stand::Fresh {
            return String::new();
        }
        format!(
            " AND (NOT EXISTS (SELECT 1 FROM stale_profiles st WHERE st.user_id = e.user_id) \
             OR EXISTS (SELECT 1 FROM accountants JOIN users ON users.id = accountants.user_id \
                WHERE accountants.user_id = e.user_id AND {COMPLETE} AND {VISIBLE}))"
        )
    }

    /// The same conditions as plain text search in `tokens`; words hold letters and digits only.
    fn walked(&self) -> String {
        let whole = self
            .marks
            .iter()
            .map(|mark| format!("instr(' ' || e.tokens || ' ', ' {mark} ') > 0 AND "));
        let begun = self
            .prefixes
            .iter()
            .chain(&self.words)
            .map(|word| format!("instr(' ' || e.tokens, ' {word}') > 0 AND "));
        whole.chain(begun).collect()
    }

    /// What FTS5 or `tsquery` is asked. Tokens are letters, digits and underscores: nothing to escape.
    fn expression(&self, conn: &Conn, group: Group) -> String {
        if self.is_bare() {
            return String::new();
        }
        let (and, not) = match conn {
            Conn::Sqlite(_) => (" AND ", " NOT "),
            Conn::Postgres(_) => (" & ", " & !"),
        };
        let whole = |token: &String| match conn {
            Conn::Sqlite(_) => format!("\"{token}\""),
            Conn::Postgres(_) => format!("'{token}'"),
        };
        let begun = |token: &String| match conn {
            Conn::Sqlite(_) => format!("\"{token}\" *"),
            Conn::Postgres(_) => format!("'{token}':*"),
        };
        let names: Vec<String> =
            self.words.iter().map(|word| begun(&format!("n_{word}"))).collect();
        let mut parts: Vec<String> = self.marks.iter().map(whole).collect();
        parts.extend(self.prefixes.iter().map(begun));
        match group {
            Group::Names => parts.extend(names.clone()),
            Group::Others | Group::All => parts.extend(self.words.iter().map(begun)),
        }
        let all = parts.join(and);
        if group == Group::Others { format!("({all}){not}({})", names.join(and)) } else { all }
    }
}
