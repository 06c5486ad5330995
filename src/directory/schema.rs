//! Tables of the directory.

use crate::accountants::schema::accountants;
use crate::users::schema::users;

diesel::table! {
    entries (user_id) {
        user_id -> BigInt,
        rank -> BigInt,
        seq -> BigInt,
        tokens -> Text,
        card -> Text,
        changed_at -> BigInt,
        free_at -> Nullable<BigInt>,
        free_until -> Nullable<BigInt>,
        changes_at -> Nullable<BigInt>,
        options -> Text,
        rating -> BigInt,
    }
}

diesel::table! {
    directory_state (id) {
        id -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    directory_words (word) {
        word -> Text,
        length -> Integer,
    }
}

diesel::table! {
    directory_options (token) {
        token -> Text,
        entries -> BigInt,
    }
}

diesel::table! {
    entry_prices (user_id, category, currency) {
        user_id -> BigInt,
        category -> Text,
        currency -> Text,
        price_minor -> Nullable<BigInt>,
        shown -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(entries, accountants);
diesel::allow_tables_to_appear_in_same_query!(entries, users);
