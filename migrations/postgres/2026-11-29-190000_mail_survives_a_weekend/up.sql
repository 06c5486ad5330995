-- A mail ends in one of three ways: sent, expired, refused by the other side.
ALTER TABLE mails ADD COLUMN expires_at BIGINT;
ALTER TABLE mails ADD COLUMN expired_at BIGINT;
ALTER TABLE mails ADD COLUMN refused_at BIGINT;
ALTER TABLE mails ADD COLUMN refusal TEXT CHECK (length(refusal) <= 40);
ALTER TABLE mails DROP CONSTRAINT mails_check;
ALTER TABLE mails ADD CONSTRAINT mails_check
    CHECK ((sealed IS NULL) = (sent_at IS NOT NULL OR expired_at IS NOT NULL OR refused_at IS NOT NULL));
ALTER TABLE mails ADD CONSTRAINT mails_end_once CHECK (num_nonnulls(sent_at, expired_at, refused_at) <= 1);
ALTER TABLE mails ADD CONSTRAINT mails_refusal CHECK ((refusal IS NULL) = (refused_at IS NULL));
CREATE INDEX mails_waiting ON mails (created_at) WHERE sealed IS NOT NULL;
CREATE INDEX mails_refused ON mails (refused_at) WHERE refused_at IS NOT NULL;
CREATE INDEX mails_expired ON mails (expired_at) WHERE expired_at IS NOT NULL;

-- Mail waits in a queue of its own, so that a silent mail server holds up nothing else
ALTER TABLE jobs ADD COLUMN queue TEXT NOT NULL DEFAULT 'common' CHECK (queue IN ('common', 'mail'));
UPDATE jobs SET queue = 'mail' WHERE kind = 'mail.send';
DROP INDEX jobs_due;
CREATE INDEX jobs_due ON jobs (queue, run_at) WHERE dead_at IS NULL;
