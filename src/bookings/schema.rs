//! Tables of the bookings.

use crate::accountants::schema::accountants;
use crate::listings::schema::services;
use crate::users::schema::users;

diesel::table! {
    bookings (id) {
        id -> BigInt,
        client_id -> BigInt,
        accountant_id -> BigInt,
        service_id -> BigInt,
        state -> Text,
        pay_mode -> Text,
        starts_at -> BigInt,
        ends_at -> BigInt,
        block_from -> BigInt,
        block_to -> BigInt,
        deadline -> Nullable<BigInt>,
        accepted_at -> Nullable<BigInt>,
        requested_at -> BigInt,
        changed_at -> BigInt,
        wall -> Text,
        zone -> Text,
        tz_version -> Text,
        moves -> Integer,
        sequence -> Integer,
        proposed_at -> Nullable<BigInt>,
        proposed_until -> Nullable<BigInt>,
        ended_by -> Nullable<Text>,
        no_show_at -> Nullable<BigInt>,
        complained_at -> Nullable<BigInt>,
        complaint -> Nullable<Binary>,
        paid_directly_at -> Nullable<BigInt>,
        no_show_objected_at -> Nullable<BigInt>,
        no_show_upheld_at -> Nullable<BigInt>,
        accountant_absent_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    booking_terms (booking_id) {
        booking_id -> BigInt,
        title -> Text,
        duration -> Integer,
        mode -> Text,
        price_minor -> BigInt,
        currency -> Text,
        policy -> Text,
        policy_words -> Text,
        note -> Nullable<Binary>,
        answers -> Nullable<Binary>,
        offer_id -> Nullable<BigInt>,
        place -> Nullable<Binary>,
        phone -> Nullable<Binary>,
    }
}

diesel::table! {
    booking_events (id) {
        id -> BigInt,
        booking_id -> BigInt,
        kind -> Text,
        by_whom -> Text,
        at -> BigInt,
        starts_at -> Nullable<BigInt>,
        words -> Nullable<Binary>,
    }
}

diesel::table! {
    reminders (booking_id, kind, starts_at) {
        booking_id -> BigInt,
        kind -> Text,
        starts_at -> BigInt,
        due_at -> BigInt,
        sent_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    calendar_feeds (user_id) {
        user_id -> BigInt,
        token_hash -> Binary,
        is_busy_only -> Bool,
        made_at -> BigInt,
    }
}

diesel::table! {
    enquiries (id) {
        id -> BigInt,
        service_id -> BigInt,
        accountant_id -> BigInt,
        client_id -> BigInt,
        note -> Nullable<Binary>,
        answers -> Nullable<Binary>,
        asked_at -> BigInt,
        closed_at -> Nullable<BigInt>,
        outcome -> Nullable<Text>,
    }
}

diesel::table! {
    quotes (id) {
        id -> BigInt,
        service_id -> BigInt,
        accountant_id -> BigInt,
        client_id -> BigInt,
        price_minor -> BigInt,
        currency -> Text,
        duration -> Integer,
        words -> Nullable<Binary>,
        made_at -> BigInt,
        valid_until -> BigInt,
        withdrawn_at -> Nullable<BigInt>,
        booking_id -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(bookings, booking_terms);
diesel::allow_tables_to_appear_in_same_query!(bookings, users);
diesel::allow_tables_to_appear_in_same_query!(bookings, accountants);
diesel::allow_tables_to_appear_in_same_query!(bookings, reminders);
diesel::allow_tables_to_appear_in_same_query!(booking_terms, users);
diesel::allow_tables_to_appear_in_same_query!(booking_terms, accountants);
diesel::allow_tables_to_appear_in_same_query!(enquiries, services);
diesel::allow_tables_to_appear_in_same_query!(enquiries, users);
diesel::allow_tables_to_appear_in_same_query!(enquiries, accountants);
diesel::allow_tables_to_appear_in_same_query!(quotes, services);
diesel::allow_tables_to_appear_in_same_query!(quotes, users);
diesel::allow_tables_to_appear_in_same_query!(quotes, accountants);
