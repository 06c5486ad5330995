-- A sealed file: open while its parts come, complete with the last of them, attached with the
-- message that brings it. What is not attached after a day is removed.
CREATE TABLE blobs (
    id              BIGINT  NOT NULL PRIMARY KEY,
    owner_id        BIGINT  NOT NULL REFERENCES users (id),
    conversation_id BIGINT  NOT NULL REFERENCES conversations (id),
    size            BIGINT  NOT NULL CHECK (size BETWEEN 80 AND 52429664),
    parts           INTEGER NOT NULL,
    sha256          BYTEA   CHECK (length(sha256) = 32),
    state           TEXT    NOT NULL CHECK (state IN ('open', 'complete', 'attached')),
    created_at      BIGINT  NOT NULL,
    CHECK (parts = (size + 8388607) / 8388608),
    CHECK ((state = 'open') = (sha256 IS NULL))
);
CREATE INDEX blobs_by_owner ON blobs (owner_id);
CREATE INDEX blobs_unsent ON blobs (created_at) WHERE state <> 'attached';
CREATE TRIGGER blobs_forward BEFORE UPDATE ON blobs
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.owner_id <> OLD.owner_id
  OR NEW.conversation_id <> OLD.conversation_id OR NEW.size <> OLD.size
  OR NEW.created_at <> OLD.created_at
  OR (OLD.sha256 IS NOT NULL AND NEW.sha256 IS DISTINCT FROM OLD.sha256)
  OR NOT ((OLD.state = 'open' AND NEW.state = 'complete')
       OR (OLD.state = 'complete' AND NEW.state = 'attached')))
    EXECUTE FUNCTION chat_refused('blob_forward');

CREATE TABLE message_blobs (
    conversation_id BIGINT  NOT NULL,
    seq             BIGINT  NOT NULL,
    idx             INTEGER NOT NULL CHECK (idx BETWEEN 0 AND 9),
    blob_id         BIGINT  NOT NULL UNIQUE REFERENCES blobs (id),
    PRIMARY KEY (conversation_id, seq, idx),
    FOREIGN KEY (conversation_id, seq) REFERENCES messages (conversation_id, seq)
);
-- Only the sender's own file, made for this conversation, with a message that stands.
CREATE FUNCTION message_blobs_fit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM blobs JOIN messages ON messages.conversation_id = blobs.conversation_id
        WHERE blobs.id = NEW.blob_id AND blobs.state = 'attached'
          AND messages.conversation_id = NEW.conversation_id AND messages.seq = NEW.seq
          AND messages.sender_id = blobs.owner_id AND messages.act = 0
          AND messages.deleted_at IS NULL) THEN
        RAISE EXCEPTION 'message_blob_fit';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER message_blobs_fit BEFORE INSERT ON message_blobs
    FOR EACH ROW EXECUTE FUNCTION message_blobs_fit();
CREATE TRIGGER message_blobs_kept BEFORE UPDATE ON message_blobs
    FOR EACH ROW EXECUTE FUNCTION chat_refused('message_blob_kept');
-- A file goes with its message, not before.
CREATE FUNCTION message_blobs_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM messages
        WHERE conversation_id = OLD.conversation_id AND seq = OLD.seq
          AND deleted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'message_blob_kept';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER message_blobs_stay BEFORE DELETE ON message_blobs
    FOR EACH ROW EXECUTE FUNCTION message_blobs_stay();
