-- A row that would be put in the place of another is an UPDATE here, which triggers refuse already.
-- What was missing: the next number, which a key alone does not ask for, and that nothing which only
-- grows can be emptied.

-- The next number and the last hash, or nothing.
CREATE FUNCTION audit_log_next() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last RECORD;
BEGIN
    SELECT seq, hash INTO last FROM audit_log ORDER BY seq DESC LIMIT 1;
    IF NEW.seq <> coalesce(last.seq, 0) + 1
        OR NEW.prev_hash <> coalesce(last.hash, decode(repeat('00', 32), 'hex'))
    THEN RAISE EXCEPTION 'audit_log_is_insert_only'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_log_next BEFORE INSERT ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_log_next();

CREATE FUNCTION chat_identities_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.key_seq <> (SELECT coalesce(max(key_seq) + 1, 0) FROM chat_identities
                       WHERE user_id = NEW.user_id)
    THEN RAISE EXCEPTION 'identity_kept'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER chat_identities_next BEFORE INSERT ON chat_identities
    FOR EACH ROW EXECUTE FUNCTION chat_identities_next();

CREATE FUNCTION epochs_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.epoch <> (SELECT coalesce(max(epoch), 0) + 1 FROM conversation_epochs
                     WHERE conversation_id = NEW.conversation_id)
    THEN RAISE EXCEPTION 'epoch_kept'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER epochs_next BEFORE INSERT ON conversation_epochs
    FOR EACH ROW EXECUTE FUNCTION epochs_next();

CREATE TRIGGER messages_in_place BEFORE UPDATE ON messages
    FOR EACH ROW WHEN (NEW.epoch IS DISTINCT FROM OLD.epoch)
    EXECUTE FUNCTION chat_refused('message_kept');

CREATE TRIGGER booking_events_stay BEFORE DELETE ON booking_events
    FOR EACH ROW EXECUTE FUNCTION booking_events_keep();

CREATE TRIGGER chat_identities_full BEFORE TRUNCATE ON chat_identities
    EXECUTE FUNCTION chat_refused('identity_kept');
CREATE TRIGGER epochs_full BEFORE TRUNCATE ON conversation_epochs
    EXECUTE FUNCTION chat_refused('epoch_kept');
CREATE TRIGGER messages_full BEFORE TRUNCATE ON messages
    EXECUTE FUNCTION chat_refused('message_kept');
CREATE TRIGGER message_blobs_full BEFORE TRUNCATE ON message_blobs
    EXECUTE FUNCTION chat_refused('message_blob_kept');
CREATE TRIGGER booking_events_full BEFORE TRUNCATE ON booking_events
    EXECUTE FUNCTION booking_events_keep();
