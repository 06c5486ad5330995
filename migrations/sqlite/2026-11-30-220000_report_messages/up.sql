-- Messages are reported with proof of what was said, and removed by a decision.

-- By which decision a message was removed; its row, head and hash stay.
ALTER TABLE messages ADD COLUMN removed_by BIGINT;
-- Its ciphertext, laid aside until nobody can object any more. Nothing serves it.
CREATE TABLE removed_wires (
    conversation_id BIGINT NOT NULL,
    seq             BIGINT NOT NULL,
    target_seq      BIGINT NOT NULL, -- the message itself, or the one that an edit is about
    wire            BLOB   NOT NULL,
    removed_at      BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, seq),
    FOREIGN KEY (conversation_id, seq) REFERENCES messages (conversation_id, seq)
);
CREATE INDEX removed_wires_by_target ON removed_wires (conversation_id, target_seq);

-- What names a reported message in a case.
CREATE TABLE reported_messages (
    id              INTEGER NOT NULL PRIMARY KEY,
    conversation_id BIGINT  NOT NULL,
    seq             BIGINT  NOT NULL,
    UNIQUE (conversation_id, seq),
    FOREIGN KEY (conversation_id, seq) REFERENCES messages (conversation_id, seq)
);

-- Of what only the two can read: whether the report proves it. None: admins can look themselves.
ALTER TABLE reports ADD COLUMN proof TEXT CHECK (proof IN ('verified', 'missing'));

-- One message that a report shows. Its words are sealed, and go when nobody can object any more.
CREATE TABLE message_report_items (
    id              INTEGER NOT NULL PRIMARY KEY,
    report_id       BIGINT  NOT NULL REFERENCES reports (id),
    conversation_id BIGINT  NOT NULL,
    seq             BIGINT  NOT NULL,
    role            TEXT    NOT NULL CHECK (role IN ('reported', 'context')),
    opening         BLOB,
    is_verified     BOOLEAN NOT NULL,
    UNIQUE (report_id, seq),
    FOREIGN KEY (conversation_id, seq) REFERENCES messages (conversation_id, seq),
    CHECK (opening IS NULL OR is_verified)
);
CREATE INDEX message_report_items_open ON message_report_items (report_id) WHERE opening IS NOT NULL;

-- What became of looking at the files that such a message promises.
CREATE TABLE message_report_files (
    item_id BIGINT  NOT NULL REFERENCES message_report_items (id),
    idx     INTEGER NOT NULL CHECK (idx BETWEEN 0 AND 9),
    state   TEXT    NOT NULL CHECK (state IN ('checking', 'verified', 'gone', 'differs')),
    PRIMARY KEY (item_id, idx)
);

-- A text goes when it is deleted or removed; what was removed comes back as it was, or goes for good.
DROP TRIGGER messages_kept;
CREATE TRIGGER messages_kept BEFORE UPDATE ON messages
WHEN NEW.conversation_id <> OLD.conversation_id OR NEW.seq <> OLD.seq OR NEW.act <> OLD.act
  OR NEW.sender_id IS NOT OLD.sender_id OR NEW.head IS NOT OLD.head
  OR NEW.wire_hash <> OLD.wire_hash OR NEW.chain <> OLD.chain OR NEW.server_ts <> OLD.server_ts
  OR NEW.device_id IS NOT OLD.device_id OR NEW.dev_seq IS NOT OLD.dev_seq
  OR NEW.client_msg_id IS NOT OLD.client_msg_id OR NEW.target_seq IS NOT OLD.target_seq
  OR NEW.notice_kind IS NOT OLD.notice_kind OR NEW.notice_ref IS NOT OLD.notice_ref
  OR NOT (
    (NEW.wire IS NULL AND NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL)
    OR (OLD.removed_by IS NOT NULL AND NEW.removed_by IS NOT NULL AND NEW.wire IS NULL
        AND NEW.deleted_at = OLD.deleted_at)
    OR (OLD.removed_by IS NOT NULL AND NEW.removed_by IS NULL AND NEW.deleted_at IS NULL
        AND NEW.wire IS (SELECT wire FROM removed_wires
                         WHERE conversation_id = NEW.conversation_id AND seq = NEW.seq))
  )
BEGIN SELECT RAISE(ABORT, 'message_kept'); END;
