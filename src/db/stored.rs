//! Types that a database keeps as one it knows.

/// How a type is written and read as a number or a text: `stored_as!(Day as i32, Integer, |day|
/// &day.0, |number| Ok(Day(number)))`. The first says what of it is written, the second what is made
/// of what was read. The type itself derives `AsExpression` and `FromSqlRow`.
#[macro_export]
macro_rules! stored_as {
    ($name:ty as $plain:ty, $sql:ident, |$it:ident| $written:expr, |$found:ident| $made:expr) => {
        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::$sql, DB>
            for $name
        where
            $plain: diesel::serialize::ToSql<diesel::sql_types::$sql, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, DB>,
            ) -> diesel::serialize::Result {
                let $it = self;
                <$plain as diesel::serialize::ToSql<diesel::sql_types::$sql, DB>>::to_sql(
                    $written, out,
                )
            }
        }

        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::$sql, DB>
            for $name
        where
            <$plain as ToOwned>::Owned: diesel::deserialize::FromSql<diesel::sql_types::$sql, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let $found = <<$plain as ToOwned>::Owned as diesel::deserialize::FromSql<
                    diesel::sql_types::$sql,
                    DB,
                >>::from_sql(bytes)?;
                $made
            }
        }
    };
}
