-- INSERT OR REPLACE takes away every row that stands in its way, by any unique key or by the rowid,
-- and asks no trigger about it. So each table that keeps its rows is asked before an INSERT whether
-- one is there; a copy that an ON CONFLICT would have passed over is refused as well.

-- The next number and the last hash, or nothing.
CREATE TRIGGER audit_log_next BEFORE INSERT ON audit_log
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit_log)
  OR NEW.prev_hash <> coalesce((SELECT hash FROM audit_log ORDER BY seq DESC LIMIT 1), zeroblob(32))
BEGIN SELECT RAISE(ABORT, 'audit_log_is_insert_only'); END;

CREATE TRIGGER chat_identities_next BEFORE INSERT ON chat_identities
WHEN NEW.key_seq <> (SELECT coalesce(max(key_seq) + 1, 0) FROM chat_identities
                     WHERE user_id = NEW.user_id)
  OR EXISTS (SELECT 1 FROM chat_identities WHERE ik_id = NEW.ik_id)
  OR EXISTS (SELECT 1 FROM chat_identities WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'identity_kept'); END;

CREATE TRIGGER epochs_next BEFORE INSERT ON conversation_epochs
WHEN NEW.epoch <> (SELECT coalesce(max(epoch), 0) + 1 FROM conversation_epochs
                   WHERE conversation_id = NEW.conversation_id)
  OR EXISTS (SELECT 1 FROM conversation_epochs WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'epoch_kept'); END;

-- messages_dense asks for the next number; these are the other keys of a row
CREATE TRIGGER messages_new BEFORE INSERT ON messages
WHEN EXISTS (SELECT 1 FROM messages
             WHERE conversation_id = NEW.conversation_id AND server_ts = NEW.server_ts)
  OR EXISTS (SELECT 1 FROM messages
             WHERE sender_id = NEW.sender_id AND client_msg_id = NEW.client_msg_id)
  OR EXISTS (SELECT 1 FROM messages WHERE conversation_id = NEW.conversation_id
             AND device_id = NEW.device_id AND dev_seq = NEW.dev_seq)
  OR EXISTS (SELECT 1 FROM messages WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'message_kept'); END;
-- what messages_kept lets through: the epoch, and with UPDATE OR REPLACE another row's place
CREATE TRIGGER messages_in_place BEFORE UPDATE ON messages
WHEN NEW.epoch IS NOT OLD.epoch OR NEW.rowid <> OLD.rowid
BEGIN SELECT RAISE(ABORT, 'message_kept'); END;

CREATE TRIGGER message_blobs_new BEFORE INSERT ON message_blobs
WHEN EXISTS (SELECT 1 FROM message_blobs
             WHERE conversation_id = NEW.conversation_id AND seq = NEW.seq AND idx = NEW.idx)
  OR EXISTS (SELECT 1 FROM message_blobs WHERE blob_id = NEW.blob_id)
  OR EXISTS (SELECT 1 FROM message_blobs WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'message_blob_kept'); END;

CREATE TRIGGER booking_events_new BEFORE INSERT ON booking_events
WHEN EXISTS (SELECT 1 FROM booking_events WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'booking_history'); END;
CREATE TRIGGER booking_events_stay BEFORE DELETE ON booking_events
BEGIN SELECT RAISE(ABORT, 'booking_history'); END;

-- Rows that change, but only forward: none is put in the place of another.
CREATE TRIGGER bookings_new BEFORE INSERT ON bookings
WHEN EXISTS (SELECT 1 FROM bookings WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'booking_state'); END;
CREATE TRIGGER bookings_in_place BEFORE UPDATE OF id ON bookings WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'booking_state'); END;

CREATE TRIGGER quotes_new BEFORE INSERT ON quotes
WHEN EXISTS (SELECT 1 FROM quotes WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM quotes WHERE booking_id = NEW.booking_id)
  OR (NEW.withdrawn_at IS NULL AND NEW.booking_id IS NULL AND EXISTS (
      SELECT 1 FROM quotes WHERE service_id = NEW.service_id AND client_id = NEW.client_id
        AND withdrawn_at IS NULL AND booking_id IS NULL))
  OR EXISTS (SELECT 1 FROM quotes WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'quote_kept'); END;
CREATE TRIGGER quotes_in_place BEFORE UPDATE OF id ON quotes WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'quote_kept'); END;

CREATE TRIGGER conversations_new BEFORE INSERT ON conversations
WHEN EXISTS (SELECT 1 FROM conversations WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM conversations
             WHERE low_user_id = NEW.low_user_id AND high_user_id = NEW.high_user_id)
  OR EXISTS (SELECT 1 FROM conversations WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'conversation_forward'); END;
CREATE TRIGGER conversations_in_place BEFORE UPDATE OF id ON conversations WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'conversation_forward'); END;

CREATE TRIGGER participants_new BEFORE INSERT ON conversation_participants
WHEN EXISTS (SELECT 1 FROM conversation_participants
             WHERE conversation_id = NEW.conversation_id AND user_id = NEW.user_id)
  OR EXISTS (SELECT 1 FROM conversation_participants WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'participant_forward'); END;
CREATE TRIGGER participants_in_place
BEFORE UPDATE OF conversation_id, user_id ON conversation_participants
WHEN NEW.conversation_id <> OLD.conversation_id OR NEW.user_id <> OLD.user_id
BEGIN SELECT RAISE(ABORT, 'participant_forward'); END;

CREATE TRIGGER blobs_new BEFORE INSERT ON blobs
WHEN EXISTS (SELECT 1 FROM blobs WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM blobs WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'blob_forward'); END;
