DROP TABLE form_keys;
CREATE TABLE form_keys (
    user_id    BIGINT NOT NULL,
    key        TEXT   NOT NULL CHECK (length(key) BETWEEN 26 AND 64),
    body_hash  BLOB   NOT NULL,
    result     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, key)
);
CREATE INDEX form_keys_by_age ON form_keys (created_at);
