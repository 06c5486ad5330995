ALTER TABLE directory_state ADD COLUMN last_seq BIGINT NOT NULL DEFAULT 0;
DROP TABLE entry_kinds;
INSERT INTO entry_words (entry_words, rank) VALUES ('usermerge', 4);
INSERT INTO entry_words (entry_words, rank) VALUES ('pgsz', 4050);
