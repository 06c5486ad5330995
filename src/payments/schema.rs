//! Tables of the payments.

use crate::bookings::schema::bookings;
use crate::users::schema::users;

diesel::table! {
    journals (id) {
        id -> BigInt,
        source_id -> Text,
        kind -> Text,
        livemode -> Bool,
        at -> BigInt,
    }
}

diesel::table! {
    postings (journal_id, line) {
        journal_id -> BigInt,
        line -> Integer,
        account -> Text,
        booking_id -> Nullable<BigInt>,
        currency -> Text,
        amount_minor -> BigInt,
    }
}

diesel::table! {
    payout_accounts (id) {
        id -> BigInt,
        accountant_id -> BigInt,
        livemode -> Bool,
        country -> Text,
        stripe_id -> Nullable<Text>,
        state -> Text,
        requirements -> Text,
        disabled_reason -> Nullable<Text>,
        fetched_at -> Nullable<BigInt>,
        created_at -> BigInt,
        payout_failed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    payout_links (id) {
        id -> BigInt,
        accountant_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    payments (id) {
        id -> BigInt,
        booking_id -> BigInt,
        livemode -> Bool,
        attempt -> Integer,
        state -> Text,
        currency -> Text,
        amount_minor -> BigInt,
        commission_bps -> Integer,
        vat_bps -> Integer,
        expires_at -> BigInt,
        session_id -> Nullable<Text>,
        session_url -> Nullable<Binary>,
        intent_id -> Nullable<Text>,
        charge_id -> Nullable<Text>,
        capture_before -> Nullable<BigInt>,
        authorised_at -> Nullable<BigInt>,
        captured_at -> Nullable<BigInt>,
        released_at -> Nullable<BigInt>,
        reserved_minor -> BigInt,
        refunded_minor -> BigInt,
        lost_minor -> BigInt,
        sent_minor -> BigInt,
        reversed_minor -> BigInt,
        frozen -> Nullable<Text>,
        version -> BigInt,
        look_at -> Nullable<BigInt>,
        created_at -> BigInt,
        written_off_minor -> BigInt,
        decided_at -> Nullable<BigInt>,
        settled_in -> Nullable<Text>,
        closed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    payment_cards (payment_id) {
        payment_id -> BigInt,
        mark -> Binary,
    }
}

diesel::table! {
    stripe_operations (id) {
        id -> BigInt,
        payment_id -> Nullable<BigInt>,
        kind -> Text,
        subject_id -> BigInt,
        attempt -> Integer,
        key -> Text,
        livemode -> Bool,
        path -> Text,
        body -> Text,
        state -> Text,
        first_sent_at -> Nullable<BigInt>,
        last_sent_at -> Nullable<BigInt>,
        tries -> Integer,
        faults -> Integer,
        next_at -> BigInt,
        locked_by -> Nullable<BigInt>,
        locked_until -> Nullable<BigInt>,
        stripe_id -> Nullable<Text>,
        error_code -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    stripe_events (id) {
        id -> Text,
        kind -> Text,
        livemode -> Bool,
        account -> Nullable<Text>,
        object_id -> Text,
        created_at -> BigInt,
        received_at -> BigInt,
        sha256 -> Binary,
        failures -> Integer,
        next_at -> Nullable<BigInt>,
        ended -> Nullable<Text>,
    }
}

diesel::table! {
    refunds (id) {
        id -> BigInt,
        payment_id -> BigInt,
        livemode -> Bool,
        cause -> Text,
        amount_minor -> BigInt,
        state -> Text,
        stripe_id -> Nullable<Text>,
        by_id -> Nullable<BigInt>,
        reason -> Nullable<Binary>,
        created_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        repeats_id -> Nullable<BigInt>,
        pays_owed -> Bool,
    }
}

diesel::table! {
    disputes (id) {
        id -> BigInt,
        payment_id -> BigInt,
        livemode -> Bool,
        stripe_id -> Text,
        status -> Text,
        amount_minor -> BigInt,
        taken_minor -> BigInt,
        due_by -> Nullable<BigInt>,
        opened_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    event_positions (livemode) {
        livemode -> Bool,
        read_to -> BigInt,
    }
}

diesel::table! {
    balance_lines (id) {
        id -> Text,
        livemode -> Bool,
        kind -> Text,
        source_id -> Nullable<Text>,
        currency -> Text,
        net_minor -> BigInt,
        at -> BigInt,
        is_known -> Bool,
    }
}

diesel::table! {
    transfers (id) {
        id -> BigInt,
        payment_id -> BigInt,
        livemode -> Bool,
        account_id -> BigInt,
        amount_minor -> BigInt,
        stripe_id -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    reversals (id) {
        id -> BigInt,
        transfer_id -> BigInt,
        livemode -> Bool,
        amount_minor -> BigInt,
        stripe_id -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    billing_details (accountant_id) {
        accountant_id -> BigInt,
        legal_name -> Text,
        legal_address -> Text,
        vat_id -> Text,
        vat_bps -> Integer,
        changed_at -> BigInt,
    }
}

diesel::table! {
    bill_recipients (booking_id) {
        booking_id -> BigInt,
        name -> Text,
        address -> Text,
        vat_id -> Text,
        changed_at -> BigInt,
    }
}

diesel::table! {
    paper_counters (issuer_id, livemode) {
        issuer_id -> BigInt,
        livemode -> Bool,
        last -> BigInt,
    }
}

diesel::table! {
    papers (id) {
        id -> BigInt,
        kind -> Text,
        source_id -> Text,
        payment_id -> BigInt,
        booking_id -> BigInt,
        corrects_id -> Nullable<BigInt>,
        livemode -> Bool,
        issuer_id -> BigInt,
        number -> BigInt,
        recipient_id -> BigInt,
        issuer_name -> Text,
        issuer_address -> Text,
        issuer_vat_id -> Text,
        recipient_name -> Text,
        recipient_address -> Text,
        recipient_vat_id -> Text,
        title -> Text,
        starts_at -> BigInt,
        ends_at -> BigInt,
        zone -> Text,
        currency -> Text,
        gross_minor -> BigInt,
        vat_bps -> Integer,
        vat_minor -> BigInt,
        commission_bps -> Nullable<Integer>,
        moved_at -> BigInt,
        issued_at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    payments,
    bookings,
    refunds,
    transfers,
    reversals,
    stripe_operations,
    disputes,
    papers,
    payment_cards,
);
diesel::allow_tables_to_appear_in_same_query!(papers, users);
diesel::allow_tables_to_appear_in_same_query!(payments, users);
diesel::allow_tables_to_appear_in_same_query!(journals, postings, balance_lines);
