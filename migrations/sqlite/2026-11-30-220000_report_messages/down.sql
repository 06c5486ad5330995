DROP TRIGGER messages_kept;
DROP TABLE message_report_files;
DROP TABLE message_report_items;
ALTER TABLE reports DROP COLUMN proof;
DROP TABLE reported_messages;
DROP TABLE removed_wires;
ALTER TABLE messages DROP COLUMN removed_by;
CREATE TRIGGER messages_kept BEFORE UPDATE ON messages
WHEN NEW.wire IS NOT NULL OR OLD.deleted_at IS NOT NULL OR NEW.deleted_at IS NULL
  OR NEW.conversation_id <> OLD.conversation_id OR NEW.seq <> OLD.seq OR NEW.act <> OLD.act
  OR NEW.sender_id IS NOT OLD.sender_id OR NEW.head IS NOT OLD.head
  OR NEW.wire_hash <> OLD.wire_hash OR NEW.chain <> OLD.chain OR NEW.server_ts <> OLD.server_ts
  OR NEW.device_id IS NOT OLD.device_id OR NEW.dev_seq IS NOT OLD.dev_seq
  OR NEW.client_msg_id IS NOT OLD.client_msg_id OR NEW.target_seq IS NOT OLD.target_seq
  OR NEW.notice_kind IS NOT OLD.notice_kind OR NEW.notice_ref IS NOT OLD.notice_ref
BEGIN SELECT RAISE(ABORT, 'message_kept'); END;
