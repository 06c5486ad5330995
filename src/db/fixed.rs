//! SQL that is kept prepared. Diesel prepares its own literals, a list for `eq_any` and every `UPDATE`
//! anew each time they are used.

use diesel::expression::{AppearsOnTable, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool};
use diesel::sqlite::Sqlite;

use super::Conn;
use crate::on_either;

/// A condition in words of SQL that are part of the program. It names its tables itself.
#[derive(Debug, Clone, Copy)]
pub struct Fixed(pub &'static str);

impl Expression for Fixed {
    type SqlType = Bool;
}

impl<Source> AppearsOnTable<Source> for Fixed {}
impl<Source> SelectableExpression<Source> for Fixed {}

impl ValidGrouping<()> for Fixed {
    type IsAggregate = is_aggregate::Never;
}

impl QueryId for Fixed {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: diesel::backend::Backend> QueryFragment<DB> for Fixed {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        out.push_sql(self.0);
        out.push_sql(")");
        Ok(())
    }
}

/// A statement that is kept prepared though diesel would write and prepare it anew each time, as it
/// does with every `UPDATE`: its words are the same whatever the values.
#[derive(Debug, Clone, Copy)]
pub struct Kept<T>(pub T);

impl<T> QueryId for Kept<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T> RunQueryDsl<SqliteConnection> for Kept<T> {}
impl<T> RunQueryDsl<PgConnection> for Kept<T> {}

impl<T: QueryFragment<Sqlite> + QueryFragment<Pg>> Kept<T> {
    /// On the connection itself: the multi-connection does not hear that this may be kept.
    pub fn execute(self, conn: &mut Conn) -> QueryResult<usize> {
        on_either!(conn, |c| RunQueryDsl::execute(self, c))
    }
}

impl<T: QueryFragment<DB>, DB: diesel::backend::Backend> QueryFragment<DB> for Kept<T> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

/// A whole statement of SQLite, kept prepared.
#[derive(Debug, Clone, Copy)]
pub struct Whole(pub &'static str);

impl QueryId for Whole {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<SqliteConnection> for Whole {}

impl QueryFragment<Sqlite> for Whole {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

/// A statement about one number, for PostgreSQL: the words before the number and after it.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    pub before: &'a [&'static str],
    pub number: i64,
    pub after: &'static str,
}

impl QueryId for About<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<PgConnection> for About<'_> {}

impl QueryFragment<Pg> for About<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.before.iter().for_each(|part| out.push_sql(part));
        out.push_bind_param::<BigInt, _>(&self.number)?;
        out.push_sql(self.after);
        Ok(())
    }
}
