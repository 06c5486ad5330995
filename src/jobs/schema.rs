//! Tables of the jobs.

diesel::table! {
    jobs (id) {
        id -> BigInt,
        kind -> Text,
        payload -> Text,
        run_at -> BigInt,
        attempts -> Integer,
        leased_until -> Nullable<BigInt>,
        dead_at -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
        created_at -> BigInt,
        queue -> Text,
    }
}

diesel::table! {
    schedules (name) {
        name -> Text,
        next_at -> BigInt,
    }
}
