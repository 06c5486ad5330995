//! Enums whose cases are fixed words, in the database, in forms and on pages, or fixed numbers.

/// Makes an enum that is stored, posted and shown by a fixed word.
#[macro_export]
macro_rules! word_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$of_one:meta])* $variant:ident => $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, diesel::expression::AsExpression,
            diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name { $($(#[$of_one])* $variant),+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        $crate::stored_as!($name as str, Text, |one| one.as_str(), |word| {
            Self::parse(&word).ok_or_else(|| format!("unknown word {word}").into())
        });
    };
}

/// Makes an enum that is stored and sent as a fixed number, as protocols count their cases.
#[macro_export]
macro_rules! number_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$of_one:meta])* $variant:ident = $number:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, diesel::expression::AsExpression,
            diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::SmallInt)]
        pub enum $name { $($(#[$of_one])* $variant),+ }

        impl $name {
            pub const fn number(self) -> i16 {
                *self.stored()
            }

            const fn stored(self) -> &'static i16 {
                match self { $(Self::$variant => &$number),+ }
            }

            pub fn of(number: i64) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)+ _ => None }
            }
        }

        $crate::stored_as!($name as i16, SmallInt, |one| one.stored(), |number| {
            Self::of(number.into()).ok_or_else(|| format!("unknown number {number}").into())
        });
    };
}
