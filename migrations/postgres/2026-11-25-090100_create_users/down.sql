DROP TABLE stale_profiles;
DROP TABLE recovery_codes;
DROP TABLE tokens;
DROP TABLE sessions;
DROP TABLE slugs;
DROP TABLE accountant_tags;
ALTER TABLE users DROP COLUMN accountant_id;
DROP TABLE accountants;
DROP TABLE users;
