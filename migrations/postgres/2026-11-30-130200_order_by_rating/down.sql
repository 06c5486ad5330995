DROP INDEX entries_by_rating;
ALTER TABLE entries DROP COLUMN rating;
