//! Tables of the directory.

diesel::table! {
    entries (user_id) {
        user_id -> BigInt,
        rank -> BigInt,
        seq -> BigInt,
        currency -> Nullable<Text>,
        price_minor -> Nullable<BigInt>,
        tokens -> Text,
        card -> Text,
        changed_at -> BigInt,
        free_at -> Nullable<BigInt>,
        free_until -> Nullable<BigInt>,
        changes_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    directory_state (id) {
        id -> BigInt,
        last_seq -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    directory_words (word) {
        word -> Text,
        length -> Integer,
    }
}
