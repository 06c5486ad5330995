-- A browser is told for as long as somebody is signed in there, and no longer.
ALTER TABLE push_subscriptions ADD COLUMN session_hash BYTEA
    REFERENCES sessions (key_hash) ON DELETE CASCADE;
CREATE INDEX push_subscriptions_by_session ON push_subscriptions (session_hash);
