-- How somebody wants to hear of one kind of news; no row means all ways
CREATE TABLE notification_preferences (
    user_id BIGINT  NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    topic   TEXT    NOT NULL CHECK (topic IN ('requests', 'changes', 'reminders', 'offers', 'reviews', 'messages')),
    on_page BOOLEAN NOT NULL,
    by_push BOOLEAN NOT NULL,
    by_mail BOOLEAN NOT NULL,
    PRIMARY KEY (user_id, topic)
);

-- When somebody is not to be disturbed: minutes since midnight on the clock of their zone
CREATE TABLE quiet_hours (
    user_id BIGINT   NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    starts  SMALLINT NOT NULL CHECK (starts BETWEEN 0 AND 1439),
    ends    SMALLINT NOT NULL CHECK (ends BETWEEN 0 AND 1439),
    -- whoever was passed over for them is looked at again when they end
    holds_until BIGINT,
    CHECK (starts <> ends)
);
CREATE INDEX quiet_hours_holding ON quiet_hours (holds_until, user_id) WHERE holds_until IS NOT NULL;

-- Mail that nobody waits for can be held and leaves with others as one
ALTER TABLE mails ADD COLUMN may_wait BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE mails ADD COLUMN held_until BIGINT;
CREATE INDEX mails_held ON mails (recipient, id) WHERE held_until IS NOT NULL AND sealed IS NOT NULL;
