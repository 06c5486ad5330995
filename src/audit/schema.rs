//! Table of the audit log.

diesel::table! {
    audit_log (seq) {
        seq -> BigInt,
        at -> BigInt,
        actor -> Text,
        action -> Text,
        object -> Text,
        reason -> Text,
        prev_hash -> Binary,
        hash -> Binary,
    }
}
