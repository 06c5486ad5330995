-- The first free time, the last instant at which it can be booked, and when the entry says something
-- else though nobody does anything.
ALTER TABLE entries ADD COLUMN free_at BIGINT;
ALTER TABLE entries ADD COLUMN free_until BIGINT;
ALTER TABLE entries ADD COLUMN changes_at BIGINT;
CREATE INDEX entries_by_free ON entries (free_at, rank DESC);
CREATE INDEX entries_by_next_change ON entries (changes_at) WHERE changes_at IS NOT NULL;
INSERT INTO stale_profiles (user_id, since) SELECT user_id, 0 FROM entries WHERE true ON CONFLICT DO NOTHING;
