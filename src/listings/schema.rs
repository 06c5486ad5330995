//! Table of the services.

use crate::accountants::schema::accountants;
use crate::users::schema::users;

diesel::table! {
    services (id) {
        id -> BigInt,
        accountant_id -> BigInt,
        title -> Text,
        category -> Text,
        description -> Text,
        duration -> Integer,
        step -> Nullable<Integer>,
        buffer_before -> Integer,
        buffer_after -> Integer,
        price_kind -> Text,
        price_minor -> BigInt,
        currency -> Text,
        modes -> Integer,
        accept -> Text,
        policy -> Text,
        state -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        meeting -> Nullable<Binary>,
    }
}

diesel::table! {
    service_questions (service_id, position) {
        service_id -> BigInt,
        position -> SmallInt,
        kind -> Text,
        text -> Text,
        choices -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(services, accountants, users);
