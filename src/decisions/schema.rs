//! Table of the decisions.

diesel::table! {
    decisions (id) {
        id -> BigInt,
        outcome -> Text,
        target_kind -> Text,
        target -> BigInt,
        subject_id -> BigInt,
        restriction -> Text,
        scope -> Text,
        starts_at -> BigInt,
        ends_at -> Nullable<BigInt>,
        duration -> Text,
        facts -> Text,
        source -> Text,
        is_automated -> Bool,
        ground -> Text,
        explanation -> Text,
        redress -> Text,
        decider -> Text,
        decided_by -> Nullable<BigInt>,
        is_emergency -> Bool,
        lifts_id -> Nullable<BigInt>,
        decided_at -> BigInt,
        appeal_until -> BigInt,
    }
}
