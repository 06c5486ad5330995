//! Tables of the hours.

diesel::table! {
    calendars (accountant_id) {
        accountant_id -> BigInt,
        notice_hours -> Integer,
        horizon_days -> Integer,
        per_day -> Nullable<Integer>,
        per_week -> Nullable<Integer>,
        new_per_month -> Nullable<Integer>,
        changed_at -> BigInt,
    }
}

diesel::table! {
    weekly_windows (accountant_id, weekday, from_minute) {
        accountant_id -> BigInt,
        weekday -> SmallInt,
        from_minute -> SmallInt,
        to_minute -> SmallInt,
    }
}

diesel::table! {
    exceptions (id) {
        id -> BigInt,
        accountant_id -> BigInt,
        kind -> Text,
        first_on -> Integer,
        last_on -> Integer,
        windows -> Text,
    }
}

diesel::table! {
    outside_calendars (id) {
        id -> BigInt,
        accountant_id -> BigInt,
        name -> Text,
        url -> Nullable<Binary>,
        read_at -> Nullable<BigInt>,
        failure -> Nullable<Text>,
        created_at -> BigInt,
        left_out -> Integer,
        notes -> Nullable<Binary>,
        due_at -> BigInt,
    }
}

diesel::table! {
    busy_times (calendar_id, from_at) {
        calendar_id -> BigInt,
        accountant_id -> BigInt,
        from_at -> BigInt,
        to_at -> BigInt,
    }
}
