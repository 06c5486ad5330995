//! Table of the notices.

diesel::table! {
    notices (id) {
        id -> BigInt,
        recipient_id -> BigInt,
        kind -> Text,
        object -> BigInt,
        version -> BigInt,
        words -> Text,
        path -> Text,
        created_at -> BigInt,
        read_at -> Nullable<BigInt>,
    }
}
