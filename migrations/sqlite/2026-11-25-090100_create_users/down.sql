DROP TABLE stale_profiles;
DROP TABLE recovery_codes;
DROP TABLE tokens;
DROP TABLE sessions;
DROP TABLE slugs;
DROP TABLE accountant_tags;
DROP TABLE accountants;
DROP TABLE users;
