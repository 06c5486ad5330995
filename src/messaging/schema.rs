//! Tables of the conversations, and of the keys that open them.

use crate::notifications::schema::quiet_hours;
use crate::users::schema::users;

diesel::table! {
    chat_identities (user_id, key_seq) {
        user_id -> BigInt,
        key_seq -> Integer,
        ik_id -> Binary,
        x25519_pub -> Binary,
        ed25519_pub -> Binary,
        kind -> SmallInt,
        self_sig -> Binary,
        prev_sig -> Nullable<Binary>,
        log_hash -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    chat_devices (id) {
        id -> BigInt,
        user_id -> BigInt,
        label -> Text,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    chat_key_wraps (id) {
        id -> BigInt,
        user_id -> BigInt,
        ik_id -> Binary,
        kind -> SmallInt,
        label -> Text,
        device_id -> Nullable<BigInt>,
        credential_id -> Nullable<Binary>,
        salt -> Binary,
        nonce -> Binary,
        ct -> Binary,
        key_commit -> Binary,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    chat_vaults (user_id) {
        user_id -> BigInt,
        version -> BigInt,
        ik_id -> Binary,
        nonce -> Binary,
        ct -> Binary,
    }
}

diesel::table! {
    chat_settings (user_id) {
        user_id -> BigInt,
        share_receipts -> Bool,
        share_presence -> Bool,
        mail_mode -> Text,
        last_seen_at -> Nullable<BigInt>,
        mailed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    conversations (id) {
        id -> BigInt,
        low_user_id -> BigInt,
        high_user_id -> BigInt,
        last_seq -> BigInt,
        last_ts -> BigInt,
        last_chain -> Binary,
        current_epoch -> Integer,
        is_epoch_stale -> Bool,
        changed_at -> BigInt,
        created_at -> BigInt,
        opened_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    conversation_participants (conversation_id, user_id) {
        conversation_id -> BigInt,
        user_id -> BigInt,
        delivered_seq -> BigInt,
        read_seq -> BigInt,
        read_at -> Nullable<BigInt>,
        cleared_seq -> BigInt,
        blocked_at -> Nullable<BigInt>,
        unread_seq -> Nullable<BigInt>,
        unread_since -> Nullable<BigInt>,
        pushed_seq -> BigInt,
        mailed_seq -> BigInt,
        burst_at -> BigInt,
        burst_count -> Integer,
        hour_at -> BigInt,
        hour_count -> Integer,
    }
}

diesel::table! {
    conversation_epochs (conversation_id, epoch) {
        conversation_id -> BigInt,
        epoch -> Integer,
        creator_id -> BigInt,
        record -> Binary,
        sig -> Binary,
        record_hash -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    epoch_reshares (conversation_id, epoch, to_ik) {
        conversation_id -> BigInt,
        epoch -> Integer,
        to_ik -> Binary,
        from_id -> BigInt,
        record -> Binary,
        sig -> Binary,
        created_at -> BigInt,
        available_at -> BigInt,
    }
}

diesel::table! {
    messages (conversation_id, seq) {
        conversation_id -> BigInt,
        seq -> BigInt,
        act -> SmallInt,
        sender_id -> Nullable<BigInt>,
        device_id -> Nullable<BigInt>,
        dev_seq -> Nullable<BigInt>,
        client_msg_id -> Nullable<Binary>,
        epoch -> Nullable<Integer>,
        target_seq -> Nullable<BigInt>,
        head -> Nullable<Binary>,
        wire -> Nullable<Binary>,
        wire_hash -> Binary,
        chain -> Binary,
        server_ts -> BigInt,
        deleted_at -> Nullable<BigInt>,
        notice_kind -> Nullable<SmallInt>,
        notice_ref -> Nullable<BigInt>,
        removed_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    removed_wires (conversation_id, seq) {
        conversation_id -> BigInt,
        seq -> BigInt,
        target_seq -> BigInt,
        wire -> Binary,
        removed_at -> BigInt,
    }
}

diesel::table! {
    blobs (id) {
        id -> BigInt,
        owner_id -> BigInt,
        conversation_id -> BigInt,
        size -> BigInt,
        parts -> Integer,
        sha256 -> Nullable<Binary>,
        state -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    message_blobs (conversation_id, seq, idx) {
        conversation_id -> BigInt,
        seq -> BigInt,
        idx -> Integer,
        blob_id -> BigInt,
    }
}

diesel::table! {
    connections (id) {
        id -> BigInt,
        user_id -> BigInt,
        session_id -> Text,
        node_id -> BigInt,
        state -> Text,
        opened_at -> BigInt,
        lease_until -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    conversations,
    conversation_participants,
    conversation_epochs,
    messages,
    removed_wires,
    blobs,
    message_blobs,
);
diesel::allow_tables_to_appear_in_same_query!(epoch_reshares, chat_identities);
diesel::allow_tables_to_appear_in_same_query!(conversations, users);
diesel::allow_tables_to_appear_in_same_query!(conversations, chat_settings);
diesel::allow_tables_to_appear_in_same_query!(conversation_participants, users);
diesel::allow_tables_to_appear_in_same_query!(conversation_participants, chat_settings);
diesel::allow_tables_to_appear_in_same_query!(chat_settings, users);
diesel::allow_tables_to_appear_in_same_query!(chat_devices, messages);
diesel::allow_tables_to_appear_in_same_query!(quiet_hours, conversation_participants);
diesel::allow_tables_to_appear_in_same_query!(quiet_hours, chat_settings);
diesel::allow_tables_to_appear_in_same_query!(quiet_hours, users);
