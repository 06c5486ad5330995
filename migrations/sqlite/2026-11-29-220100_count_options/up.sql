-- How many entries have each option of the filters, and what of it an entry is counted in
CREATE TABLE directory_options (
    token   TEXT   NOT NULL PRIMARY KEY,
    entries BIGINT NOT NULL
);
ALTER TABLE entries ADD COLUMN options TEXT NOT NULL DEFAULT '';
INSERT INTO stale_profiles (user_id, since) SELECT user_id, 0 FROM entries WHERE true ON CONFLICT DO NOTHING;
