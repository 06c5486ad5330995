//! Tables of the profiles.

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

diesel::allow_tables_to_appear_in_same_query!(accountants, accountant_tags, slugs);
