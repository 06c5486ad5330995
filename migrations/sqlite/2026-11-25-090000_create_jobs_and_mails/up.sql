-- Work that waits, and the outbox of mails: both are rows of the transaction that causes them.
CREATE TABLE jobs (
    id           INTEGER NOT NULL PRIMARY KEY,
    kind         TEXT    NOT NULL,
    payload      TEXT    NOT NULL,
    run_at       BIGINT  NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    leased_until BIGINT,
    dead_at      BIGINT,
    last_error   TEXT,
    created_at   BIGINT  NOT NULL
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE dead_at IS NULL;
CREATE INDEX jobs_dead ON jobs (dead_at) WHERE dead_at IS NOT NULL;

CREATE TABLE schedules (
    name    TEXT   NOT NULL PRIMARY KEY,
    next_at BIGINT NOT NULL
);

-- `sealed` holds the letter until it is sent; what stays only counts and prevents a second one
CREATE TABLE mails (
    id         INTEGER NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    recipient  TEXT    NOT NULL,
    object     BIGINT  NOT NULL,
    version    BIGINT  NOT NULL,
    sealed     BLOB,
    created_at BIGINT  NOT NULL,
    sent_at    BIGINT,
    CHECK ((sealed IS NULL) = (sent_at IS NOT NULL)),
    UNIQUE (kind, recipient, object, version)
);
CREATE INDEX mails_by_recipient ON mails (recipient, created_at);

-- The answer to a form that creates something, so that sending it twice creates it once
CREATE TABLE form_keys (
    user_id    BIGINT NOT NULL,
    key        TEXT   NOT NULL CHECK (length(key) BETWEEN 26 AND 64),
    body_hash  BLOB   NOT NULL,
    result     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, key)
);
CREATE INDEX form_keys_by_age ON form_keys (created_at);
