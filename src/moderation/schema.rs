//! Tables of the cases, the reports that open them, and the appeals.

use crate::decisions::schema::decisions;
use crate::users::schema::users;

diesel::table! {
    cases (id) {
        id -> BigInt,
        target_kind -> Text,
        target -> BigInt,
        subject_id -> BigInt,
        address -> Text,
        opened_at -> BigInt,
        touched_at -> Nullable<BigInt>,
        police_at -> Nullable<BigInt>,
        decided_at -> Nullable<BigInt>,
        decision_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    reports (id) {
        id -> BigInt,
        case_id -> BigInt,
        reporter_id -> Nullable<BigInt>,
        reason -> Text,
        note -> Binary,
        contact -> Nullable<Binary>,
        made_at -> BigInt,
        unfounded_at -> Nullable<BigInt>,
        proof -> Nullable<Text>,
    }
}

diesel::table! {
    reported_messages (id) {
        id -> BigInt,
        conversation_id -> BigInt,
        seq -> BigInt,
    }
}

diesel::table! {
    message_report_items (id) {
        id -> BigInt,
        report_id -> BigInt,
        conversation_id -> BigInt,
        seq -> BigInt,
        role -> Text,
        opening -> Nullable<Binary>,
        is_verified -> Bool,
    }
}

diesel::table! {
    message_report_files (item_id, idx) {
        item_id -> BigInt,
        idx -> Integer,
        state -> Text,
    }
}

diesel::table! {
    appeals (id) {
        id -> BigInt,
        decision_id -> BigInt,
        appellant_id -> Nullable<BigInt>,
        report_id -> Nullable<BigInt>,
        words -> Nullable<Binary>,
        made_at -> BigInt,
        first_decider -> Nullable<BigInt>,
        answer_id -> Nullable<BigInt>,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(cases, reports, message_report_items, decisions);
diesel::allow_tables_to_appear_in_same_query!(cases, users);
diesel::allow_tables_to_appear_in_same_query!(appeals, decisions);
