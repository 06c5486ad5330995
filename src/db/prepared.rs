//! SQL that is kept prepared. Diesel prepares its own literals, a list for `eq_any` and every `UPDATE`
//! anew each time they are used.

use diesel::expression::{AppearsOnTable, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{
    AsChangeset, AstPass, IntoUpdateTarget, Query, QueryFragment, QueryId,
};
use diesel::sql_types::{BigInt, Bool, Text, Untyped};
use diesel::sqlite::Sqlite;

use super::Conn;
use crate::on_either;

/// A condition in words of SQL that are part of the program. It names its tables itself.
#[derive(Debug, Clone, Copy)]
pub struct PreparedCondition(pub &'static str);

impl Expression for PreparedCondition {
    type SqlType = Bool;
}

impl<Source> AppearsOnTable<Source> for PreparedCondition {}
impl<Source> SelectableExpression<Source> for PreparedCondition {}

impl ValidGrouping<()> for PreparedCondition {
    type IsAggregate = is_aggregate::Never;
}

impl QueryId for PreparedCondition {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: diesel::backend::Backend> QueryFragment<DB> for PreparedCondition {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        out.push_sql(self.0);
        out.push_sql(")");
        Ok(())
    }
}

/// An `UPDATE` that is kept prepared. Diesel prepares each of its own anew, since what it sets may
/// differ from one use to the next; here that is a matter of the words, which are compared.
#[derive(Debug, Clone, Copy)]
pub struct Update<From, Where, Values> {
    from: From,
    filter: Where,
    values: Values,
}

/// Sets columns of the rows that `target` filters.
pub fn update<T, V>(
    target: T,
    values: V,
) -> Update<<T::Table as QuerySource>::FromClause, T::WhereClause, V::Changeset>
where
    T: IntoUpdateTarget,
    T::Table: QuerySource,
    V: AsChangeset<Target = T::Table>,
{
    let target = target.into_update_target();
    let from = target.table.from_clause();
    Update { from, filter: target.where_clause, values: values.as_changeset() }
}

impl<F, W, V> QueryId for Update<F, W, V> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<F, W, V> RunQueryDsl<SqliteConnection> for Update<F, W, V> {}
impl<F, W, V> RunQueryDsl<PgConnection> for Update<F, W, V> {}

impl<F, W, V> Update<F, W, V>
where
    Self: QueryFragment<Sqlite> + QueryFragment<Pg>,
{
    /// On the connection itself: the multi-connection does not hear that this may be kept.
    pub fn execute(self, conn: &mut Conn) -> QueryResult<usize> {
        on_either!(conn, |c| RunQueryDsl::execute(self, c))
    }
}

impl<F, W, V, DB> QueryFragment<DB> for Update<F, W, V>
where
    F: QueryFragment<DB>,
    W: QueryFragment<DB>,
    V: QueryFragment<DB>,
    DB: diesel::backend::Backend,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        self.from.walk_ast(out.reborrow())?;
        out.push_sql(" SET ");
        self.values.walk_ast(out.reborrow())?;
        self.filter.walk_ast(out)
    }
}

/// A whole statement of SQLite, kept prepared.
#[derive(Debug, Clone, Copy)]
pub struct PreparedStatement(pub &'static str);

impl QueryId for PreparedStatement {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<SqliteConnection> for PreparedStatement {}

impl QueryFragment<Sqlite> for PreparedStatement {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

/// A statement about one number, for PostgreSQL: the words before the number and after it.
#[derive(Debug, Clone, Copy)]
pub struct PreparedLookup<'a> {
    pub before: &'a [&'static str],
    pub number: i64,
    pub after: &'static str,
}

impl QueryId for PreparedLookup<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<PgConnection> for PreparedLookup<'_> {}

impl QueryFragment<Pg> for PreparedLookup<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.before.iter().for_each(|part| out.push_sql(part));
        out.push_bind_param::<BigInt, _>(&self.number)?;
        out.push_sql(self.after);
        Ok(())
    }
}

/// A text for one database with its values (`$1` is the text, `$2` and on the numbers, each
/// once and in this order), kept prepared.
/// Its words must be few: what people choose is a value, or the statements that are kept grow without
/// end.
#[derive(Debug, Clone)]
pub struct PreparedQuery {
    pub sql: String,
    pub text: String,
    pub numbers: Vec<i64>,
}

impl QueryId for PreparedQuery {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for PreparedQuery {
    type SqlType = Untyped;
}

impl RunQueryDsl<SqliteConnection> for PreparedQuery {}

impl QueryFragment<Sqlite> for PreparedQuery {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let (before, mut rest) = self.sql.split_once("$1").unwrap_or((&self.sql, ""));
        out.push_sql(before);
        out.push_bind_param::<Text, _>(&self.text)?;
        for (at, number) in (2..).zip(&self.numbers) {
            let (before, after) = rest.split_once(&format!("${at}")).unwrap_or((rest, ""));
            out.push_sql(before);
            out.push_bind_param::<BigInt, _>(number)?;
            rest = after;
        }
        out.push_sql(rest);
        Ok(())
    }
}
