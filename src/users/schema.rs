//! Tables of the people.

diesel::table! {
    users (id) {
        id -> BigInt,
        email -> Text,
        email_key -> Text,
        name -> Text,
        role -> Text,
        status -> Text,
        zone -> Text,
        locale -> Text,
        password_hash -> Text,
        accountant_id -> Nullable<BigInt>,
        totp_secret -> Nullable<Binary>,
        totp_on_at -> Nullable<BigInt>,
        totp_last_step -> BigInt,
        created_at -> BigInt,
        verified_at -> Nullable<BigInt>,
        disabled_from -> Nullable<Text>,
        suspended_by -> Nullable<BigInt>,
        moderator -> Nullable<Integer>,
    }
}

diesel::table! {
    sessions (key_hash) {
        key_hash -> Binary,
        user_id -> Nullable<BigInt>,
        label -> Text,
        address -> Text,
        state -> Text,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    tokens (hash) {
        hash -> Binary,
        user_id -> BigInt,
        purpose -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        carried -> Nullable<Binary>,
        code_hash -> Nullable<Binary>,
        code_tries -> Integer,
    }
}

diesel::table! {
    recovery_codes (user_id, hash) {
        user_id -> BigInt,
        hash -> Binary,
        secret_mark -> Nullable<Binary>,
    }
}

diesel::table! {
    attempts (address_hash, kind) {
        address_hash -> Binary,
        kind -> Text,
        tries -> Integer,
        last_at -> BigInt,
    }
}

diesel::table! {
    stale_profiles (user_id) {
        user_id -> BigInt,
        since -> BigInt,
    }
}

diesel::table! {
    account_signs (user_id, kind, mark) {
        user_id -> BigInt,
        kind -> Text,
        mark -> Binary,
        seen_at -> BigInt,
    }
}

diesel::table! {
    departures (id) {
        id -> BigInt,
        user_id -> BigInt,
        key_hash -> Nullable<Binary>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(users, sessions, tokens, stale_profiles);
