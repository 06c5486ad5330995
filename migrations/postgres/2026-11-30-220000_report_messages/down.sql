DROP TRIGGER messages_kept ON messages;
DROP TABLE message_report_files;
DROP TABLE message_report_items;
ALTER TABLE reports DROP COLUMN proof;
DROP TABLE reported_messages;
DROP TABLE removed_wires;
ALTER TABLE messages DROP COLUMN removed_by;
CREATE TRIGGER messages_kept BEFORE UPDATE ON messages
    FOR EACH ROW WHEN (NEW.wire IS NOT NULL OR OLD.deleted_at IS NOT NULL OR NEW.deleted_at IS NULL
  OR NEW.conversation_id <> OLD.conversation_id OR NEW.seq <> OLD.seq OR NEW.act <> OLD.act
  OR NEW.sender_id IS DISTINCT FROM OLD.sender_id OR NEW.head IS DISTINCT FROM OLD.head
  OR NEW.wire_hash <> OLD.wire_hash OR NEW.chain <> OLD.chain OR NEW.server_ts <> OLD.server_ts
  OR NEW.device_id IS DISTINCT FROM OLD.device_id OR NEW.dev_seq IS DISTINCT FROM OLD.dev_seq
  OR NEW.client_msg_id IS DISTINCT FROM OLD.client_msg_id OR NEW.target_seq IS DISTINCT FROM OLD.target_seq
  OR NEW.notice_kind IS DISTINCT FROM OLD.notice_kind OR NEW.notice_ref IS DISTINCT FROM OLD.notice_ref)
    EXECUTE FUNCTION chat_refused('message_kept');
