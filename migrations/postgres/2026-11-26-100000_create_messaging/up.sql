-- What the triggers below say no with.
CREATE FUNCTION chat_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0];
END $$;

-- The public keys of a person, one line after another; see messaging::identity. Insert only.
CREATE TABLE chat_identities (
    user_id     BIGINT   NOT NULL REFERENCES users (id),
    key_seq     INTEGER  NOT NULL CHECK (key_seq >= 0),
    ik_id       BYTEA     NOT NULL UNIQUE CHECK (length(ik_id) = 32),
    x25519_pub  BYTEA     NOT NULL CHECK (length(x25519_pub) = 32),
    ed25519_pub BYTEA     NOT NULL CHECK (length(ed25519_pub) = 32),
    kind        SMALLINT NOT NULL CHECK (kind BETWEEN 0 AND 2),
    self_sig    BYTEA     NOT NULL CHECK (length(self_sig) = 64),
    prev_sig    BYTEA     CHECK (length(prev_sig) = 64),
    log_hash    BYTEA     NOT NULL CHECK (length(log_hash) = 32),
    created_at  BIGINT   NOT NULL,
    PRIMARY KEY (user_id, key_seq),
    CHECK ((kind = 0) = (key_seq = 0)),
    CHECK ((kind = 1) = (prev_sig IS NOT NULL))
);
CREATE TRIGGER chat_identities_kept BEFORE UPDATE ON chat_identities
    FOR EACH ROW
    EXECUTE FUNCTION chat_refused('identity_kept');
CREATE TRIGGER chat_identities_stay BEFORE DELETE ON chat_identities
    FOR EACH ROW
    EXECUTE FUNCTION chat_refused('identity_kept');

-- A browser that was unlocked.
CREATE TABLE chat_devices (
    id           BIGINT NOT NULL PRIMARY KEY,
    user_id      BIGINT NOT NULL REFERENCES users (id),
    label        TEXT   NOT NULL CHECK (length(label) BETWEEN 1 AND 80),
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    revoked_at   BIGINT
);
CREATE INDEX chat_devices_by_user ON chat_devices (user_id);

-- The account secret, wrapped in something only its owner has: 1 recovery code, 2 passkey,
-- 3 device, 4 link.
CREATE TABLE chat_key_wraps (
    id            BIGINT   NOT NULL PRIMARY KEY,
    user_id       BIGINT   NOT NULL REFERENCES users (id),
    ik_id         BYTEA     NOT NULL REFERENCES chat_identities (ik_id),
    kind          SMALLINT NOT NULL CHECK (kind BETWEEN 1 AND 4),
    label         TEXT     NOT NULL CHECK (length(label) <= 80),
    device_id     BIGINT   REFERENCES chat_devices (id),
    credential_id BYTEA,
    salt          BYTEA     NOT NULL CHECK (length(salt) = 32),
    nonce         BYTEA     NOT NULL CHECK (length(nonce) = 12),
    ct            BYTEA     NOT NULL CHECK (length(ct) = 48),
    key_commit    BYTEA     NOT NULL CHECK (length(key_commit) = 32),
    created_at    BIGINT   NOT NULL,
    expires_at    BIGINT,
    CHECK ((kind = 3) = (device_id IS NOT NULL)),
    CHECK ((kind = 2) = (credential_id IS NOT NULL)),
    CHECK ((kind = 4) = (expires_at IS NOT NULL))
);
CREATE INDEX chat_key_wraps_by_user ON chat_key_wraps (user_id, kind);

CREATE TABLE chat_vaults (
    user_id BIGINT NOT NULL PRIMARY KEY REFERENCES users (id),
    version BIGINT NOT NULL CHECK (version > 0),
    ik_id   BYTEA   NOT NULL CHECK (length(ik_id) = 32),
    nonce   BYTEA   NOT NULL CHECK (length(nonce) = 12),
    ct      BYTEA   NOT NULL CHECK (length(ct) BETWEEN 16 AND 262160)
);

CREATE TABLE chat_settings (
    user_id        BIGINT  NOT NULL PRIMARY KEY REFERENCES users (id),
    share_receipts BOOLEAN NOT NULL DEFAULT TRUE,
    share_presence BOOLEAN NOT NULL DEFAULT TRUE,
    mail_mode      TEXT    NOT NULL DEFAULT 'soon' CHECK (mail_mode IN ('soon', 'daily', 'never')),
    last_seen_at   BIGINT,
    mailed_at      BIGINT
);

CREATE TABLE conversations (
    id             BIGINT  NOT NULL PRIMARY KEY,
    low_user_id    BIGINT  NOT NULL REFERENCES users (id),
    high_user_id   BIGINT  NOT NULL REFERENCES users (id),
    last_seq       BIGINT  NOT NULL DEFAULT 0,
    last_ts        BIGINT  NOT NULL DEFAULT 0,
    last_chain     BYTEA    NOT NULL CHECK (length(last_chain) = 32),
    current_epoch  INTEGER NOT NULL DEFAULT 0,
    -- somebody's key has changed since the epoch was made
    is_epoch_stale BOOLEAN NOT NULL DEFAULT FALSE,
    changed_at     BIGINT  NOT NULL,
    created_at     BIGINT  NOT NULL,
    -- who opened it; nobody when a booking did
    opened_by      BIGINT  REFERENCES users (id),
    UNIQUE (low_user_id, high_user_id),
    CHECK (low_user_id < high_user_id),
    CHECK (last_ts % 1000 = 0)
);
CREATE INDEX conversations_by_high ON conversations (high_user_id, changed_at);
CREATE INDEX conversations_by_low ON conversations (low_user_id, changed_at);
CREATE INDEX conversations_by_change ON conversations (changed_at);
CREATE INDEX conversations_by_opener ON conversations (opened_by, created_at);
CREATE TRIGGER conversations_forward BEFORE UPDATE ON conversations
    FOR EACH ROW WHEN (NEW.last_seq < OLD.last_seq OR NEW.last_ts < OLD.last_ts
  OR NEW.current_epoch < OLD.current_epoch
  OR NEW.low_user_id <> OLD.low_user_id OR NEW.high_user_id <> OLD.high_user_id)
    EXECUTE FUNCTION chat_refused('conversation_forward');

CREATE TABLE conversation_participants (
    conversation_id BIGINT NOT NULL REFERENCES conversations (id),
    user_id         BIGINT NOT NULL REFERENCES users (id),
    delivered_seq   BIGINT NOT NULL DEFAULT 0,
    read_seq        BIGINT NOT NULL DEFAULT 0,
    read_at         BIGINT,
    cleared_seq     BIGINT NOT NULL DEFAULT 0,
    blocked_at      BIGINT,
    -- the first message that waits to be read: its number, and when it was sent
    unread_seq      BIGINT,
    unread_since    BIGINT,
    -- the same number once its reader was told by push, by mail
    pushed_seq      BIGINT NOT NULL DEFAULT 0,
    mailed_seq      BIGINT NOT NULL DEFAULT 0,
    -- when the spans of the two limits began, and what this sender has sent in them
    burst_at        BIGINT  NOT NULL DEFAULT 0,
    burst_count     INTEGER NOT NULL DEFAULT 0,
    hour_at         BIGINT  NOT NULL DEFAULT 0,
    hour_count      INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (conversation_id, user_id),
    CHECK (read_seq <= delivered_seq),
    CHECK ((unread_seq IS NULL) = (unread_since IS NULL))
);
CREATE INDEX participants_by_user ON conversation_participants (user_id, conversation_id);
CREATE INDEX participants_waiting ON conversation_participants (unread_since)
    WHERE unread_since IS NOT NULL;
CREATE TRIGGER participants_forward BEFORE UPDATE ON conversation_participants
    FOR EACH ROW WHEN (NEW.delivered_seq < OLD.delivered_seq OR NEW.read_seq < OLD.read_seq
  OR NEW.cleared_seq < OLD.cleared_seq)
    EXECUTE FUNCTION chat_refused('participant_forward');

CREATE TABLE conversation_epochs (
    conversation_id BIGINT  NOT NULL REFERENCES conversations (id),
    epoch           INTEGER NOT NULL CHECK (epoch > 0),
    creator_id      BIGINT  NOT NULL REFERENCES users (id),
    record          BYTEA    NOT NULL CHECK (length(record) = 348),
    sig             BYTEA    NOT NULL CHECK (length(sig) = 64),
    record_hash     BYTEA    NOT NULL CHECK (length(record_hash) = 32),
    created_at      BIGINT  NOT NULL,
    PRIMARY KEY (conversation_id, epoch)
);
CREATE TRIGGER epochs_kept BEFORE UPDATE ON conversation_epochs
    FOR EACH ROW
    EXECUTE FUNCTION chat_refused('epoch_kept');
CREATE TRIGGER epochs_stay BEFORE DELETE ON conversation_epochs
    FOR EACH ROW
    EXECUTE FUNCTION chat_refused('epoch_kept');

-- Every row of a timeline: acts 0 message, 1 edit, 2 delete; or a notice from Footing, which
-- nobody sent.
CREATE TABLE messages (
    conversation_id BIGINT   NOT NULL REFERENCES conversations (id),
    seq             BIGINT   NOT NULL CHECK (seq > 0),
    act             SMALLINT NOT NULL CHECK (act BETWEEN 0 AND 2),
    sender_id       BIGINT   REFERENCES users (id),
    device_id       BIGINT   REFERENCES chat_devices (id),
    dev_seq         BIGINT,
    client_msg_id   BYTEA     CHECK (length(client_msg_id) = 16),
    epoch           INTEGER,
    target_seq      BIGINT,
    head            BYTEA     CHECK (length(head) = 135),
    wire            BYTEA     CHECK (length(wire) BETWEEN 247 AND 50359),
    wire_hash       BYTEA     NOT NULL CHECK (length(wire_hash) = 32),
    chain           BYTEA     NOT NULL CHECK (length(chain) = 32),
    server_ts       BIGINT   NOT NULL CHECK (server_ts % 1000 = 0),
    deleted_at      BIGINT,
    notice_kind     SMALLINT,
    notice_ref      BIGINT,
    PRIMARY KEY (conversation_id, seq),
    UNIQUE (conversation_id, server_ts),
    UNIQUE (sender_id, client_msg_id),
    UNIQUE (conversation_id, device_id, dev_seq),
    CHECK ((notice_kind IS NULL) = (sender_id IS NOT NULL)),
    CHECK ((notice_kind IS NULL) = (device_id IS NOT NULL)),
    CHECK ((notice_kind IS NULL) = (dev_seq IS NOT NULL)),
    CHECK ((notice_kind IS NULL) = (client_msg_id IS NOT NULL)),
    CHECK ((notice_kind IS NULL) = (epoch IS NOT NULL)),
    CHECK ((notice_kind IS NULL) = (head IS NOT NULL)),
    CHECK ((notice_kind IS NULL) = (notice_ref IS NULL)),
    CHECK ((act = 0) = (target_seq IS NULL)),
    CHECK ((wire IS NULL) = (deleted_at IS NOT NULL OR notice_kind IS NOT NULL))
);
CREATE INDEX messages_by_target ON messages (conversation_id, target_seq)
    WHERE target_seq IS NOT NULL;
CREATE FUNCTION messages_dense() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM messages
                 WHERE conversation_id = NEW.conversation_id) THEN
        RAISE EXCEPTION 'message_dense';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER messages_dense BEFORE INSERT ON messages
    FOR EACH ROW EXECUTE FUNCTION messages_dense();
-- Deleting strikes the text; who said something when, and its hash, stay.
CREATE TRIGGER messages_kept BEFORE UPDATE ON messages
    FOR EACH ROW WHEN (NEW.wire IS NOT NULL OR OLD.deleted_at IS NOT NULL OR NEW.deleted_at IS NULL
  OR NEW.conversation_id <> OLD.conversation_id OR NEW.seq <> OLD.seq OR NEW.act <> OLD.act
  OR NEW.sender_id IS DISTINCT FROM OLD.sender_id OR NEW.head IS DISTINCT FROM OLD.head
  OR NEW.wire_hash <> OLD.wire_hash OR NEW.chain <> OLD.chain OR NEW.server_ts <> OLD.server_ts
  OR NEW.device_id IS DISTINCT FROM OLD.device_id OR NEW.dev_seq IS DISTINCT FROM OLD.dev_seq
  OR NEW.client_msg_id IS DISTINCT FROM OLD.client_msg_id OR NEW.target_seq IS DISTINCT FROM OLD.target_seq
  OR NEW.notice_kind IS DISTINCT FROM OLD.notice_kind OR NEW.notice_ref IS DISTINCT FROM OLD.notice_ref)
    EXECUTE FUNCTION chat_refused('message_kept');
CREATE TRIGGER messages_stay BEFORE DELETE ON messages
    FOR EACH ROW
    EXECUTE FUNCTION chat_refused('message_kept');

-- One row a socket, with a lease: presence is never a counter.
CREATE TABLE connections (
    id          BIGINT NOT NULL PRIMARY KEY,
    user_id     BIGINT NOT NULL REFERENCES users (id),
    session_id  TEXT   NOT NULL,
    node_id     BIGINT NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('active', 'idle')),
    opened_at   BIGINT NOT NULL,
    lease_until BIGINT NOT NULL
);
CREATE INDEX connections_by_user ON connections (user_id, lease_until);
CREATE INDEX connections_by_node ON connections (node_id);

-- Whose sockets every node must close: one session's, or all of a person who may not be here.
CREATE TABLE departures (
    id       BIGINT  NOT NULL PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    user_id  BIGINT  NOT NULL,
    key_hash BYTEA
);
CREATE FUNCTION sessions_depart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO departures (user_id, key_hash) VALUES (OLD.user_id, OLD.key_hash);
    RETURN NULL;
END $$;
CREATE TRIGGER sessions_depart AFTER DELETE ON sessions
    FOR EACH ROW WHEN (OLD.user_id IS NOT NULL) EXECUTE FUNCTION sessions_depart();
CREATE FUNCTION users_depart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO departures (user_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER users_depart AFTER UPDATE OF status, role ON users
    FOR EACH ROW WHEN (NEW.status <> 'active' OR NEW.role <> OLD.role) EXECUTE FUNCTION users_depart();
