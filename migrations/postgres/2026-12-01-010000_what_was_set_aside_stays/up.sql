-- Keys that were handed over are only added to: whoever opens them checks what was signed, and a row
-- that changed would lock its reader out for good.
CREATE TRIGGER epoch_reshares_keep BEFORE UPDATE OR DELETE ON epoch_reshares
    FOR EACH ROW EXECUTE FUNCTION chat_refused('reshare_kept');
CREATE TRIGGER epoch_reshares_full BEFORE TRUNCATE ON epoch_reshares
    EXECUTE FUNCTION chat_refused('reshare_kept');

-- A text that was laid aside is the one that stood in its message, and goes as it came: shown again,
-- or forgotten once nobody can object.
CREATE FUNCTION removed_wires_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM messages m
                   WHERE m.conversation_id = NEW.conversation_id AND m.seq = NEW.seq
                     AND m.wire = NEW.wire
                     AND (m.seq = NEW.target_seq OR m.target_seq = NEW.target_seq))
    THEN RAISE EXCEPTION 'removed_wire_kept'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER removed_wires_new BEFORE INSERT ON removed_wires
    FOR EACH ROW EXECUTE FUNCTION removed_wires_new();
CREATE TRIGGER removed_wires_keep BEFORE UPDATE ON removed_wires
    FOR EACH ROW EXECUTE FUNCTION chat_refused('removed_wire_kept');
