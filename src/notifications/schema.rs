//! Tables of the notices and of the browsers that are told by push.

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

diesel::table! {
    push_subscriptions (id) {
        id -> BigInt,
        user_id -> BigInt,
        endpoint -> Text,
        created_at -> BigInt,
        failed_at -> Nullable<BigInt>,
        session_hash -> Nullable<Binary>,
    }
}
