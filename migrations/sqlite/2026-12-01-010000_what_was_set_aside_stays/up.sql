-- Keys that were handed over are only added to: whoever opens them checks what was signed, and a row
-- that changed would lock its reader out for good. None is put in the place of another.
CREATE TRIGGER epoch_reshares_new BEFORE INSERT ON epoch_reshares
WHEN EXISTS (SELECT 1 FROM epoch_reshares WHERE conversation_id = NEW.conversation_id
             AND epoch = NEW.epoch AND to_ik = NEW.to_ik)
  OR EXISTS (SELECT 1 FROM epoch_reshares WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'reshare_kept'); END;
CREATE TRIGGER epoch_reshares_keep BEFORE UPDATE ON epoch_reshares
BEGIN SELECT RAISE(ABORT, 'reshare_kept'); END;
CREATE TRIGGER epoch_reshares_stay BEFORE DELETE ON epoch_reshares
BEGIN SELECT RAISE(ABORT, 'reshare_kept'); END;

-- A text that was laid aside is the one that stood in its message, and goes as it came: shown again,
-- or forgotten once nobody can object. messages_kept gives back what lies here and nothing else.
CREATE TRIGGER removed_wires_new BEFORE INSERT ON removed_wires
WHEN EXISTS (SELECT 1 FROM removed_wires
             WHERE conversation_id = NEW.conversation_id AND seq = NEW.seq)
  OR EXISTS (SELECT 1 FROM removed_wires WHERE rowid = NEW.rowid)
  OR NOT EXISTS (SELECT 1 FROM messages m
                 WHERE m.conversation_id = NEW.conversation_id AND m.seq = NEW.seq
                   AND m.wire = NEW.wire
                   AND (m.seq = NEW.target_seq OR m.target_seq = NEW.target_seq))
BEGIN SELECT RAISE(ABORT, 'removed_wire_kept'); END;
CREATE TRIGGER removed_wires_keep BEFORE UPDATE ON removed_wires
BEGIN SELECT RAISE(ABORT, 'removed_wire_kept'); END;
