//! Tables of the profiles.

use crate::users::schema::users;

diesel::table! {
    accountants (user_id) {
        user_id -> BigInt,
        display_name -> Text,
        headline -> Text,
        about -> Text,
        country -> Text,
        place -> Text,
        years -> Nullable<Integer>,
        zone -> Text,
        zone_confirmed_at -> Nullable<BigInt>,
        accepting -> Text,
        paused_at -> Nullable<BigInt>,
        hidden_at -> Nullable<BigInt>,
        photo -> Nullable<Text>,
        slug -> Text,
        slug_changed_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        called -> Text,
        meeting -> Nullable<Binary>,
        number -> BigInt,
        hidden_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    accountant_tags (user_id, kind, value) {
        user_id -> BigInt,
        kind -> Text,
        value -> Text,
        place -> Integer,
    }
}

diesel::table! {
    slugs (slug) {
        slug -> Text,
        user_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    accountant_numbers (id) {
        id -> BigInt,
        last -> BigInt,
    }
}

diesel::table! {
    payees (accountant_id, livemode) {
        accountant_id -> BigInt,
        livemode -> Bool,
        state -> Text,
    }
}

diesel::table! {
    credentials (id) {
        id -> BigInt,
        user_id -> BigInt,
        kind -> Text,
        register -> Text,
        number -> Text,
        register_key -> Text,
        number_key -> Text,
        jurisdiction -> Text,
        status -> Text,
        claimed_at -> BigInt,
        touched_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
        checked_on -> Nullable<Integer>,
        checked_by -> Nullable<BigInt>,
        source -> Nullable<Text>,
        expires_on -> Nullable<Integer>,
        has_expiry -> Bool,
        decision_id -> Nullable<BigInt>,
        evidence -> Nullable<Text>,
        evidence_key -> Nullable<Binary>,
        evidence_kind -> Text,
        evidence_sha256 -> Binary,
        evidence_until -> Nullable<BigInt>,
        rival_at -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(accountants, accountant_tags, slugs);
diesel::allow_tables_to_appear_in_same_query!(accountants, credentials);
diesel::allow_tables_to_appear_in_same_query!(credentials, users);
