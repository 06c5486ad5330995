//! Tables of the reviews.

use crate::accountants::schema::accountants;
use crate::bookings::schema::{booking_terms, bookings};
use crate::decisions::schema::decisions;
use crate::users::schema::users;

diesel::table! {
    reviews (id) {
        id -> BigInt,
        booking_id -> BigInt,
        author_id -> BigInt,
        about_id -> BigInt,
        side -> Text,
        stars -> Nullable<Integer>,
        knowledge -> Nullable<Integer>,
        clarity -> Nullable<Integer>,
        punctuality -> Nullable<Integer>,
        words -> Nullable<Text>,
        shown_as -> Text,
        is_incentive -> Bool,
        appeared -> Nullable<Bool>,
        documents -> Nullable<Bool>,
        respectful -> Nullable<Bool>,
        ended_at -> BigInt,
        opens_at -> BigInt,
        written_at -> BigInt,
        opened_at -> Nullable<BigInt>,
        withdrawn_at -> Nullable<BigInt>,
        hidden_by -> Nullable<BigInt>,
        text_hidden_by -> Nullable<BigInt>,
        shares_card -> Bool,
        shares_browser -> Bool,
        shares_mail -> Bool,
        shares_other -> Bool,
        is_counted -> Bool,
    }
}

diesel::table! {
    review_replies (id) {
        id -> BigInt,
        review_id -> BigInt,
        author_id -> BigInt,
        words -> Text,
        is_checked -> Bool,
        written_at -> BigInt,
        hidden_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    review_totals (accountant_id) {
        accountant_id -> BigInt,
        counted -> BigInt,
        stars -> BigInt,
        score -> BigInt,
        shown -> BigInt,
        ones -> BigInt,
        twos -> BigInt,
        threes -> BigInt,
        fours -> BigInt,
        fives -> BigInt,
        removed_ones -> BigInt,
        removed_twos -> BigInt,
        removed_threes -> BigInt,
        removed_fours -> BigInt,
        removed_fives -> BigInt,
    }
}

diesel::table! {
    review_reports (decision_id) {
        decision_id -> BigInt,
        accountant_id -> BigInt,
        stands_id -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(reviews, review_replies);
diesel::allow_tables_to_appear_in_same_query!(reviews, bookings);
diesel::allow_tables_to_appear_in_same_query!(reviews, booking_terms);
diesel::allow_tables_to_appear_in_same_query!(reviews, users);
diesel::allow_tables_to_appear_in_same_query!(reviews, accountants);
diesel::allow_tables_to_appear_in_same_query!(reviews, decisions);
diesel::allow_tables_to_appear_in_same_query!(review_replies, decisions);
diesel::allow_tables_to_appear_in_same_query!(review_reports, decisions);
diesel::allow_tables_to_appear_in_same_query!(review_replies, users);
