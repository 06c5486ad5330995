//! "Is one of these": a list that keeps its statement prepared. Diesel's `eq_any` writes one mark for
//! each on SQLite, so that every length is a statement of its own, prepared anew each time.

use diesel::expression::{AppearsOnTable, SelectableExpression, ValidGrouping};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Text};
use diesel::sqlite::Sqlite;

/// Whether a column of ids holds one of a list. To be run on a connection itself (`on_either!`).
#[derive(Debug, Clone)]
pub struct OneOf<C> {
    column: C,
    ids: Vec<i64>,
    /// The same as JSON, for SQLite.
    list: String,
}

/// Rows whose `column` is one of `ids`.
pub fn one_of<C>(column: C, ids: impl IntoIterator<Item = i64>) -> OneOf<C> {
    let ids: Vec<i64> = ids.into_iter().collect();
    let list: Vec<String> = ids.iter().map(i64::to_string).collect();
    OneOf { column, list: format!("[{}]", list.join(",")), ids }
}

impl<C: Expression> Expression for OneOf<C> {
    type SqlType = Bool;
}

impl<C: AppearsOnTable<Source>, Source> AppearsOnTable<Source> for OneOf<C> where Self: Expression {}
impl<C: SelectableExpression<Source>, Source> SelectableExpression<Source> for OneOf<C> where
    Self: AppearsOnTable<Source>
{
}

impl<C: ValidGrouping<G>, G> ValidGrouping<G> for OneOf<C> {
    type IsAggregate = C::IsAggregate;
}

impl<C> QueryId for OneOf<C> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for OneOf<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (SELECT value FROM json_each(");
        out.push_bind_param::<Text, _>(&self.list)?;
        out.push_sql("))");
        Ok(())
    }
}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for OneOf<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = ANY(");
        out.push_bind_param::<Array<BigInt>, _>(&self.ids)?;
        out.push_sql(")");
        Ok(())
    }
}
