//! Table of the mails.

diesel::table! {
    mails (id) {
        id -> BigInt,
        kind -> Text,
        recipient -> Text,
        object -> BigInt,
        version -> BigInt,
        sealed -> Nullable<Binary>,
        created_at -> BigInt,
        sent_at -> Nullable<BigInt>,
        expires_at -> Nullable<BigInt>,
        expired_at -> Nullable<BigInt>,
        refused_at -> Nullable<BigInt>,
        refusal -> Nullable<Text>,
        may_wait -> Bool,
        held_until -> Nullable<BigInt>,
    }
}
