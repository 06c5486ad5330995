-- A form that was sent leads to what it made by its id, not by an address. What was kept so far only
-- kept a double click from doing its work twice.
DROP TABLE form_keys;
CREATE TABLE form_keys (
    user_id    BIGINT NOT NULL,
    key        TEXT   NOT NULL CHECK (length(key) BETWEEN 26 AND 64),
    body_hash  BYTEA   NOT NULL,
    made_id    BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, key)
);
CREATE INDEX form_keys_by_age ON form_keys (created_at);
