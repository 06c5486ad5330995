//! Tables of the notices, of the browsers that are told by push, and of how people want to be told.

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

diesel::table! {
    notification_preferences (user_id, topic) {
        user_id -> BigInt,
        topic -> Text,
        on_page -> Bool,
        by_push -> Bool,
        by_mail -> Bool,
    }
}

diesel::table! {
    quiet_hours (user_id) {
        user_id -> BigInt,
        starts -> SmallInt,
        ends -> SmallInt,
        holds_until -> Nullable<BigInt>,
    }
}
