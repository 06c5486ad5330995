-- Keys of earlier epochs, sealed for the new key of somebody who lost theirs. Read from
-- available_at on.
CREATE TABLE epoch_reshares (
    conversation_id BIGINT  NOT NULL,
    epoch           INTEGER NOT NULL,
    to_ik           BLOB    NOT NULL REFERENCES chat_identities (ik_id),
    from_id         BIGINT  NOT NULL REFERENCES users (id),
    record          BLOB    NOT NULL CHECK (length(record) = 189),
    sig             BLOB    NOT NULL CHECK (length(sig) = 64),
    created_at      BIGINT  NOT NULL,
    available_at    BIGINT  NOT NULL CHECK (available_at > created_at),
    PRIMARY KEY (conversation_id, epoch, to_ik),
    FOREIGN KEY (conversation_id, epoch) REFERENCES conversation_epochs (conversation_id, epoch)
);
