ALTER TABLE entries DROP COLUMN options;
DROP TABLE directory_options;
