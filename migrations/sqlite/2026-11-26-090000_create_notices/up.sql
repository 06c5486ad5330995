-- What somebody is told: a row of the transaction that is its cause, and no second one for it.
CREATE TABLE notices (
    id           INTEGER NOT NULL PRIMARY KEY,
    recipient_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind         TEXT   NOT NULL,
    object       BIGINT NOT NULL,
    version      BIGINT NOT NULL,
    words        TEXT   NOT NULL CHECK (length(words) BETWEEN 1 AND 300),
    -- of this site only: two slashes would begin the name of another host
    path         TEXT   NOT NULL CHECK (path LIKE '/%' AND path NOT LIKE '//%'),
    created_at   BIGINT NOT NULL,
    read_at      BIGINT,
    UNIQUE (kind, recipient_id, object, version)
);
CREATE INDEX notices_by_recipient ON notices (recipient_id, id);
CREATE INDEX notices_unread ON notices (recipient_id, id) WHERE read_at IS NULL;
