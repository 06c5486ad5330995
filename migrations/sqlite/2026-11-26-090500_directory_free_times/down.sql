DROP INDEX entries_by_next_change;
DROP INDEX entries_by_free;
ALTER TABLE entries DROP COLUMN changes_at;
ALTER TABLE entries DROP COLUMN free_until;
ALTER TABLE entries DROP COLUMN free_at;
