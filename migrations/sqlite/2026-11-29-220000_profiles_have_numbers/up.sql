-- The profile's own age as a number, fixed for ever; greater ones are newer. Entries go by it, so that
-- hiding a profile and showing it again changes no place.
CREATE TABLE accountant_numbers (
    id   INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    last BIGINT  NOT NULL
);
ALTER TABLE accountants ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
UPDATE accountants SET number = aged.number
    FROM (SELECT user_id, row_number() OVER (ORDER BY created_at, user_id) AS number FROM accountants) AS aged
    WHERE aged.user_id = accountants.user_id;
CREATE UNIQUE INDEX accountants_by_number ON accountants (number);
INSERT INTO accountant_numbers (id, last) SELECT 1, coalesce(max(number), 0) FROM accountants;

-- The number takes the place of the entry's own. Negative first: no two may be the same at any moment
UPDATE entries SET seq = -1 - (SELECT number FROM accountants WHERE accountants.user_id = entries.user_id);
UPDATE entries SET rank = -1 - ((rank / 9007199254740992) * 9007199254740992 + ((rank / 8589934592) % 1048576) * 8589934592 - 1 - seq);
UPDATE entries SET seq = -1 - seq, rank = -1 - rank;
-- The words stand at their new places until each entry is made anew
INSERT INTO entry_words (entry_words) VALUES ('delete-all');
INSERT INTO entry_words (rowid, tokens) SELECT rank, tokens FROM entries;
INSERT INTO stale_profiles (user_id, since) SELECT user_id, 0 FROM entries WHERE true ON CONFLICT DO NOTHING;
