DROP INDEX jobs_due;
ALTER TABLE jobs DROP COLUMN queue;
CREATE INDEX jobs_due ON jobs (run_at) WHERE dead_at IS NULL;

ALTER TABLE mails DROP CONSTRAINT mails_refusal;
ALTER TABLE mails DROP CONSTRAINT mails_end_once;
ALTER TABLE mails DROP CONSTRAINT mails_check;
UPDATE mails SET sent_at = coalesce(sent_at, expired_at, refused_at);
DROP INDEX mails_expired;
DROP INDEX mails_refused;
DROP INDEX mails_waiting;
ALTER TABLE mails DROP COLUMN refusal;
ALTER TABLE mails DROP COLUMN refused_at;
ALTER TABLE mails DROP COLUMN expired_at;
ALTER TABLE mails DROP COLUMN expires_at;
ALTER TABLE mails ADD CONSTRAINT mails_check CHECK ((sealed IS NULL) = (sent_at IS NOT NULL));
