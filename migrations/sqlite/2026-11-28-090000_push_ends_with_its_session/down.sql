-- A column that refers to another table cannot be dropped, so the table is made anew.
CREATE TABLE push_subscriptions_before (
    id         INTEGER NOT NULL PRIMARY KEY,
    user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    endpoint   TEXT   NOT NULL UNIQUE CHECK (length(endpoint) BETWEEN 12 AND 2000),
    created_at BIGINT NOT NULL,
    failed_at  BIGINT
);
INSERT INTO push_subscriptions_before
    SELECT id, user_id, endpoint, created_at, failed_at FROM push_subscriptions;
DROP TABLE push_subscriptions;
ALTER TABLE push_subscriptions_before RENAME TO push_subscriptions;
CREATE INDEX push_subscriptions_by_user ON push_subscriptions (user_id);
