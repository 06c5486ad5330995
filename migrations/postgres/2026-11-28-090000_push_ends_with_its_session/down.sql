DROP INDEX push_subscriptions_by_session;
ALTER TABLE push_subscriptions DROP COLUMN session_hash;
