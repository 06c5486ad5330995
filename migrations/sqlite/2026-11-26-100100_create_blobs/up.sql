-- A sealed file: open while its parts come, complete with the last of them, attached with the
-- message that brings it. What is not attached after a day is removed.
CREATE TABLE blobs (
    id              BIGINT  NOT NULL PRIMARY KEY,
    owner_id        BIGINT  NOT NULL REFERENCES users (id),
    conversation_id BIGINT  NOT NULL REFERENCES conversations (id),
    size            BIGINT  NOT NULL CHECK (size BETWEEN 80 AND 52429664),
    parts           INTEGER NOT NULL,
    sha256          BLOB    CHECK (length(sha256) = 32),
    state           TEXT    NOT NULL CHECK (state IN ('open', 'complete', 'attached')),
    created_at      BIGINT  NOT NULL,
    CHECK (parts = (size + 8388607) / 8388608),
    CHECK ((state = 'open') = (sha256 IS NULL))
);
CREATE INDEX blobs_by_owner ON blobs (owner_id);
CREATE INDEX blobs_unsent ON blobs (created_at) WHERE state <> 'attached';
CREATE TRIGGER blobs_forward BEFORE UPDATE ON blobs
WHEN NEW.id <> OLD.id OR NEW.owner_id <> OLD.owner_id
  OR NEW.conversation_id <> OLD.conversation_id OR NEW.size <> OLD.size
  OR NEW.created_at <> OLD.created_at
  OR (OLD.sha256 IS NOT NULL AND NEW.sha256 IS NOT OLD.sha256)
  OR NOT ((OLD.state = 'open' AND NEW.state = 'complete')
       OR (OLD.state = 'complete' AND NEW.state = 'attached'))
BEGIN SELECT RAISE(ABORT, 'blob_forward'); END;

CREATE TABLE message_blobs (
    conversation_id BIGINT  NOT NULL,
    seq             BIGINT  NOT NULL,
    idx             INTEGER NOT NULL CHECK (idx BETWEEN 0 AND 9),
    blob_id         BIGINT  NOT NULL UNIQUE REFERENCES blobs (id),
    PRIMARY KEY (conversation_id, seq, idx),
    FOREIGN KEY (conversation_id, seq) REFERENCES messages (conversation_id, seq)
);
-- Only the sender's own file, made for this conversation, with a message that stands.
CREATE TRIGGER message_blobs_fit BEFORE INSERT ON message_blobs
WHEN NOT EXISTS (
    SELECT 1 FROM blobs JOIN messages ON messages.conversation_id = blobs.conversation_id
    WHERE blobs.id = NEW.blob_id AND blobs.state = 'attached'
      AND messages.conversation_id = NEW.conversation_id AND messages.seq = NEW.seq
      AND messages.sender_id = blobs.owner_id AND messages.act = 0
      AND messages.deleted_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'message_blob_fit'); END;
CREATE TRIGGER message_blobs_kept BEFORE UPDATE ON message_blobs
BEGIN SELECT RAISE(ABORT, 'message_blob_kept'); END;
-- A file goes with its message, not before.
CREATE TRIGGER message_blobs_stay BEFORE DELETE ON message_blobs
WHEN NOT EXISTS (
    SELECT 1 FROM messages
    WHERE conversation_id = OLD.conversation_id AND seq = OLD.seq AND deleted_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'message_blob_kept'); END;
