//! The questions to the index. The one module with a text for each database: only here do they truly
//! differ.
//!
//! SQLite's `CROSS JOIN` fixes the order of the loops: words first, in the order of the ranking,
//! then one entry for each. Left free, it walks the index of prices and asks for the words of each.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::expression::Expression;
use super::ranked_row::RankedRow;
use super::{DirectoryCounts, Stand};
use crate::accountants::{Badge, CredentialKind};
use crate::clock::Instant;
use crate::db::{Conn, PreparedQuery};
use crate::error::Result;
use crate::listings::complete::{COMPLETE, VISIBLE};

/// What decides about a row besides the tokens it holds.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    pub ceiling: Option<i64>,
    /// What the ceiling is in, and prices that are shown because of it or of the order.
    pub currency: &'static str,
    pub is_priced: bool,
    /// The kind of service whose price counts; else the cheapest of all.
    pub kind: Option<&'static str>,
    /// Only those with a badge of one of these kinds.
    pub badges: Badges,
    /// Only those with a free time.
    pub is_free: bool,
    pub stand: Stand,
    pub now: Instant,
}

/// Which badges are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Badges {
    Unasked,
    Any,
    /// A bit for each kind, in the order of its list.
    Kinds(u32),
}

impl Badges {
    pub fn read(values: &[String]) -> Self {
        let is_asked = |value: &str| values.iter().any(|one| one == value);
        let bits = (0_u32..).zip(CredentialKind::ALL);
        let kinds = bits.filter(|(_, kind)| is_asked(kind.as_str()));
        match values {
            [] => Self::Unasked,
            _ if is_asked("any") => Self::Any,
            _ => Self::Kinds(kinds.fold(0, |all, (bit, _)| all | 1 << bit)),
        }
    }

    /// Of a row of `credentials`.
    fn kind_clause(self) -> String {
        let Self::Kinds(bits) = self else { return String::new() };
        let kinds = (0_u32..).zip(CredentialKind::ALL).filter(|(bit, _)| (bits >> bit) & 1 == 1);
        let kinds: Vec<String> = kinds.map(|(_, kind)| format!("'{}'", kind.as_str())).collect();
        format!(" AND credentials.kind IN ({})", kinds.join(", "))
    }
}

/// An order that is not the ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// In the currency of the scope.
    Price,
    Soonest,
    /// The best first, whoever has none last.
    Rating,
}

/// A row where a group goes on: after its value, and of the same value with those of lower ids.
#[derive(Debug, Clone, Copy)]
pub struct PagePosition {
    pub value: i64,
    pub id: i64,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Counts go no further than one above this.
pub const MOST_COUNTED: i64 = 1000;

fn text(conn: &Conn, expression: &Expression) -> String {
    match conn {
        Conn::Sqlite(_) => expression.fts5(),
        Conn::Postgres(_) => expression.tsquery(),
    }
}

impl Scope {
    /// All entries, for a look at the words alone.
    pub fn anywhere(self) -> Self {
        Self { ceiling: None, is_free: false, badges: Badges::Unasked, ..self }
    }

    /// The count as remembered, or counted now. While some entries are stale it is not remembered:
    /// which of them are listed may change at any moment.
    pub fn remembered(
        self,
        conn: &mut Conn,
        counts: &DirectoryCounts,
        expression: &Expression,
    ) -> Result<i64> {
        if self.stand == Stand::Mixed {
            return self.count(conn, expression);
        }
        let key = format!("{}{}", text(conn, expression), self.counted_clause());
        counts.of(conn, &key, |conn| self.count(conn, expression))
    }

    /// Counts what is listed, up to the limit.
    fn count(self, conn: &mut Conn, expression: &Expression) -> Result<i64> {
        let (most, clause) = (MOST_COUNTED + 1, self.judgement() + &self.counted_clause());
        let text_of = match conn {
            _ if expression.is_bare() => format!(
                "SELECT count(*) AS n FROM (SELECT 1 FROM entries e WHERE $1 = ''{clause} LIMIT {most}) x"
            ),
            Conn::Sqlite(_) if clause.is_empty() => format!(
                "SELECT count(*) AS n FROM (SELECT rowid FROM entry_words \
                 WHERE entry_words MATCH $1 LIMIT {most}) x"
            ),
            Conn::Sqlite(_) => format!(
                "SELECT count(*) AS n FROM (SELECT 1 FROM entry_words \
                 CROSS JOIN entries e ON e.rank = entry_words.rowid \
                 WHERE entry_words MATCH $1{clause} LIMIT {most}) x"
            ),
            Conn::Postgres(_) => format!(
                "SELECT count(*) AS n FROM (SELECT 1 FROM entries e \
                 WHERE e.vector @@ ($1::text)::tsquery{clause} LIMIT {most}) x"
            ),
        };
        let asked = text(conn, expression);
        let count: Count = diesel::sql_query(text_of).bind::<Text, _>(asked).get_result(conn)?;
        Ok(count.n)
    }

    /// Rows of a group below a rank, best first. PostgreSQL's index of words knows no order: few hits
    /// (at most `count`) are all read and sorted, of many the ranking is walked and each row looked
    /// at. Its planner, left alone, takes looking at a row for cheaper than it is.
    pub fn by_rank(
        self,
        conn: &mut Conn,
        (expression, count): (&Expression, i64),
        below: i64,
        most: i64,
    ) -> Result<Vec<RankedRow>> {
        let price = self.counted_clause();
        let judged = self.judgement() + &self.free_clause();
        let select = self.select("NULL");
        let query = match conn {
            _ if expression.is_bare() => format!(
                "{select} FROM entries e \
                 WHERE $1 = '' AND e.rank < $2{judged}{price} ORDER BY e.rank DESC LIMIT $3"
            ),
            Conn::Sqlite(_) => format!(
                "{select} FROM entry_words \
                 CROSS JOIN entries e ON e.rank = entry_words.rowid \
                 WHERE entry_words MATCH $1 AND entry_words.rowid < $2{judged}{price} \
                 ORDER BY entry_words.rowid DESC LIMIT $3"
            ),
            Conn::Postgres(_) if count <= MOST_COUNTED => format!(
                "WITH e AS MATERIALIZED (SELECT user_id, rank, free_at, free_until, card FROM entries \
                 WHERE vector @@ ($1::text)::tsquery) \
                 {select} FROM e \
                 WHERE e.rank < $2{judged}{price} ORDER BY e.rank DESC LIMIT $3"
            ),
            Conn::Postgres(_) => format!(
                "{select} FROM entries e \
                 WHERE e.vector @@ ($1::text)::tsquery AND e.rank < $2{judged}{price} \
                 ORDER BY e.rank DESC LIMIT $3"
            ),
        };
        let asked = text(conn, expression);
        if let Conn::Sqlite(c) = conn
            && self.is_plain()
        {
            let query = PreparedQuery { sql: query, text: asked, numbers: vec![below, most] };
            return Ok(query.load(c)?);
        }
        Ok(diesel::sql_query(query)
            .bind::<Text, _>(asked)
            .bind::<BigInt, _>(below)
            .bind::<BigInt, _>(most)
            .load(conn)?)
    }

    /// Whether words alone decide: then the text of the question is always the same.
    fn is_plain(self) -> bool {
        self.stand == Stand::Fresh
            && !self.is_free
            && !self.is_priced
            && self.ceiling.is_none()
            && self.kind.is_none()
            && self.badges == Badges::Unasked
    }

    /// Cheapest first in one currency, soonest free or best rated first. Few hits are sorted; of many, the
    /// index of the value is walked and each row looked at.
    pub fn by_value(
        self,
        conn: &mut Conn,
        (expression, count): (&Expression, i64),
        order: Value,
        after: Option<PagePosition>,
        most: i64,
    ) -> Result<Vec<RankedRow>> {
        let now = self.now.micros();
        let (column, least, only) = match order {
            Value::Soonest => ("free_at", now, format!("e.free_until >= {now}")),
            Value::Rating => ("rating", i64::MIN, "e.rating <= 0".to_owned()),
            Value::Price => return self.by_price(conn, (expression, count), after, most),
        };
        let after = after.unwrap_or(PagePosition { value: least, id: i64::MAX });
        let common = format!(
            "{only} AND e.{column} >= $2 AND (e.{column} > $2 OR e.user_id < $3){}",
            self.conditions()
        );
        let order = format!("ORDER BY e.{column}, e.user_id DESC LIMIT $4");
        let select = self.select(&format!("e.{column}"));
        let query = match conn {
            _ if expression.is_bare() => {
                format!("{select} FROM entries e WHERE $1 = '' AND {common} {order}")
            }
            Conn::Sqlite(_) if count <= MOST_COUNTED => format!(
                "{select} FROM entry_words CROSS JOIN entries e ON e.rank = entry_words.rowid \
                 WHERE entry_words MATCH $1 AND {common} {order}"
            ),
            Conn::Sqlite(_) => format!(
                "{select} FROM entries e WHERE $1 <> '' AND {} AND {common} {order}",
                expression.scan()
            ),
            Conn::Postgres(_) => format!(
                "{select} FROM entries e WHERE e.vector @@ ($1::text)::tsquery AND {common} {order}"
            ),
        };
        let asked = text(conn, expression);
        Ok(diesel::sql_query(query)
            .bind::<Text, _>(asked)
            .bind::<BigInt, _>(after.value)
            .bind::<BigInt, _>(after.id)
            .bind::<BigInt, _>(most)
            .load(conn)?)
    }

    /// Cheapest first by what services of one kind, or of all, begin at, as [`Scope::by_value`].
    fn by_price(
        self,
        conn: &mut Conn,
        (expression, count): (&Expression, i64),
        after: Option<PagePosition>,
        most: i64,
    ) -> Result<Vec<RankedRow>> {
        let after = after.unwrap_or(PagePosition { value: 0, id: i64::MAX });
        let (kind, currency) = (self.kind.unwrap_or_default(), self.currency);
        let common = format!(
            "k.user_id = e.user_id AND k.category = '{kind}' AND k.currency = '{currency}' \
             AND k.price_minor >= $2 AND (k.price_minor > $2 OR k.user_id < $3){} \
             ORDER BY k.price_minor, k.user_id DESC LIMIT $4",
            self.conditions()
        );
        let select = self.select("k.price_minor");
        let query = match conn {
            Conn::Sqlite(_) if expression.is_bare() => format!(
                "{select} FROM entry_prices k CROSS JOIN entries e WHERE $1 = '' AND {common}"
            ),
            Conn::Postgres(_) if expression.is_bare() => format!(
                "{select} FROM entry_prices k JOIN entries e ON e.user_id = k.user_id \
                 WHERE $1 = '' AND {common}"
            ),
            Conn::Sqlite(_) if count <= MOST_COUNTED => format!(
                "{select} FROM entry_words CROSS JOIN entries e ON e.rank = entry_words.rowid \
                 CROSS JOIN entry_prices k WHERE entry_words MATCH $1 AND {common}"
            ),
            Conn::Sqlite(_) => format!(
                "{select} FROM entry_prices k CROSS JOIN entries e \
                 WHERE $1 <> '' AND {} AND {common}",
                expression.scan()
            ),
            Conn::Postgres(_) => format!(
                "{select} FROM entry_prices k JOIN entries e ON e.user_id = k.user_id \
                 WHERE e.vector @@ ($1::text)::tsquery AND {common}"
            ),
        };
        let asked = text(conn, expression);
        Ok(diesel::sql_query(query)
            .bind::<Text, _>(asked)
            .bind::<BigInt, _>(after.value)
            .bind::<BigInt, _>(after.id)
            .bind::<BigInt, _>(most)
            .load(conn)?)
    }

    /// The columns of a row, with what it shows of the kind that is chosen and the currency that
    /// counts; of a kind without a price in it, the cheapest of another.
    fn select(self, value: &str) -> String {
        let shown = match self.kind {
            None if !self.is_priced => "NULL".to_owned(),
            kind => format!(
                "(SELECT c.shown FROM entry_prices c WHERE c.user_id = e.user_id \
                 AND c.category = '{}' ORDER BY c.currency <> '{}', c.price_minor LIMIT 1)",
                kind.unwrap_or_default(),
                self.currency
            ),
        };
        format!(
            "SELECT e.user_id, e.rank, {value} AS value, e.free_at, e.free_until, e.card, \
             CAST({shown} AS TEXT) AS shown"
        )
    }

    fn conditions(self) -> String {
        self.judgement() + &self.counted_clause() + &self.free_clause()
    }

    /// Only figures and words of lists get here, so they may stand in the text.
    fn price_clause(self) -> String {
        let Some(minor) = self.ceiling else { return String::new() };
        // not EXISTS: SQLite makes a join of it, and walks the index of prices for each row
        format!(
            " AND (SELECT c.price_minor FROM entry_prices c WHERE c.user_id = e.user_id \
             AND c.category = '{}' AND c.currency = '{}') <= {minor}",
            self.kind.unwrap_or_default(),
            self.currency
        )
    }

    /// What is judged where rows are counted, too.
    fn counted_clause(self) -> String {
        self.price_clause() + &self.badge_clause()
    }

    /// A badge shows through its last day; the words of an entry may tell of it a moment longer. No
    /// EXISTS, as for prices.
    fn badge_clause(self) -> String {
        if self.badges == Badges::Unasked {
            return String::new();
        }
        format!(
            " AND (SELECT 1 FROM credentials WHERE credentials.user_id = e.user_id{} AND {} \
             LIMIT 1) = 1",
            self.badges.kind_clause(),
            Badge::shown_on(Badge::today(self.now))
        )
    }

    /// A free time that can no longer be booked is none.
    fn free_clause(self) -> String {
        match self.is_free {
            true => format!(" AND e.free_until >= {}", self.now.micros()),
            false => String::new(),
        }
    }

    /// What an entry must be while some are stale: either not marked, or its profile still listed.
    fn judgement(self) -> String {
        if self.stand == Stand::Fresh {
            return String::new();
        }
        format!(
            " AND (NOT EXISTS (SELECT 1 FROM stale_profiles st WHERE st.user_id = e.user_id) \
             OR EXISTS (SELECT 1 FROM accountants JOIN users ON users.id = accountants.user_id \
                WHERE accountants.user_id = e.user_id AND {COMPLETE} AND {VISIBLE}))"
        )
    }
}
