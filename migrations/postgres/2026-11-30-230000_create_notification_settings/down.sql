DROP INDEX mails_held;
ALTER TABLE mails DROP COLUMN held_until;
ALTER TABLE mails DROP COLUMN may_wait;
DROP TABLE quiet_hours;
DROP TABLE notification_preferences;
