-- A mail ends in one of three ways: sent, expired, refused by the other side. SQLite cannot change a
-- CHECK, so the table is made anew.
CREATE TABLE mails_next (
    id         INTEGER NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    recipient  TEXT    NOT NULL,
    object     BIGINT  NOT NULL,
    version    BIGINT  NOT NULL,
    sealed     BLOB,
    created_at BIGINT  NOT NULL,
    sent_at    BIGINT,
    expires_at BIGINT,
    expired_at BIGINT,
    refused_at BIGINT,
    refusal    TEXT    CHECK (length(refusal) <= 40),
    CHECK ((sealed IS NULL) = (sent_at IS NOT NULL OR expired_at IS NOT NULL OR refused_at IS NOT NULL)),
    CHECK ((sent_at IS NOT NULL) + (expired_at IS NOT NULL) + (refused_at IS NOT NULL) <= 1),
    CHECK ((refusal IS NULL) = (refused_at IS NULL)),
    UNIQUE (kind, recipient, object, version)
);
INSERT INTO mails_next (id, kind, recipient, object, version, sealed, created_at, sent_at)
SELECT id, kind, recipient, object, version, sealed, created_at, sent_at FROM mails;
DROP TABLE mails;
ALTER TABLE mails_next RENAME TO mails;
CREATE INDEX mails_by_recipient ON mails (recipient, created_at);
CREATE INDEX mails_waiting ON mails (created_at) WHERE sealed IS NOT NULL;
CREATE INDEX mails_refused ON mails (refused_at) WHERE refused_at IS NOT NULL;
CREATE INDEX mails_expired ON mails (expired_at) WHERE expired_at IS NOT NULL;

-- Mail waits in a queue of its own, so that a silent mail server holds up nothing else
ALTER TABLE jobs ADD COLUMN queue TEXT NOT NULL DEFAULT 'common' CHECK (queue IN ('common', 'mail'));
UPDATE jobs SET queue = 'mail' WHERE kind = 'mail.send';
DROP INDEX jobs_due;
CREATE INDEX jobs_due ON jobs (queue, run_at) WHERE dead_at IS NULL;
