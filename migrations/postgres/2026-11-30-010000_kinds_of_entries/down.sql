ALTER TABLE directory_state ADD COLUMN last_seq BIGINT NOT NULL DEFAULT 0;
DROP TABLE entry_kinds;
