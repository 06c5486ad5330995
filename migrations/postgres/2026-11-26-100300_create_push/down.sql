DROP INDEX participants_to_push;
DROP INDEX participants_to_mail;
CREATE INDEX participants_waiting ON conversation_participants (unread_since)
    WHERE unread_since IS NOT NULL;
DROP TABLE push_subscriptions;
