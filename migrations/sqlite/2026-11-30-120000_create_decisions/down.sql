DROP INDEX users_moderators;
ALTER TABLE users DROP COLUMN moderator;
ALTER TABLE accountants DROP COLUMN hidden_by;
ALTER TABLE users DROP COLUMN suspended_by;
DROP TABLE decisions;
