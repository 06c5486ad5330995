-- Where a browser is told of new messages while no page is open: an address of its maker's push
-- service. It belongs to whoever used that browser last.
CREATE TABLE push_subscriptions (
    id         INTEGER NOT NULL PRIMARY KEY,
    user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    endpoint   TEXT   NOT NULL UNIQUE CHECK (length(endpoint) BETWEEN 12 AND 2000),
    created_at BIGINT NOT NULL,
    -- when telling it went wrong; nothing once it has worked again
    failed_at  BIGINT
);
CREATE INDEX push_subscriptions_by_user ON push_subscriptions (user_id);

-- Whoever was told leaves the index, so a round meets only those who are still to be told.
DROP INDEX participants_waiting;
CREATE INDEX participants_to_push ON conversation_participants (unread_since)
    WHERE unread_seq > pushed_seq;
CREATE INDEX participants_to_mail ON conversation_participants (unread_since)
    WHERE unread_seq > mailed_seq;
