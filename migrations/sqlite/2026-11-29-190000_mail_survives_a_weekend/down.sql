DROP INDEX jobs_due;
ALTER TABLE jobs DROP COLUMN queue;
CREATE INDEX jobs_due ON jobs (run_at) WHERE dead_at IS NULL;

CREATE TABLE mails_before (
    id         INTEGER NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    recipient  TEXT    NOT NULL,
    object     BIGINT  NOT NULL,
    version    BIGINT  NOT NULL,
    sealed     BLOB,
    created_at BIGINT  NOT NULL,
    sent_at    BIGINT,
    CHECK ((sealed IS NULL) = (sent_at IS NOT NULL)),
    UNIQUE (kind, recipient, object, version)
);
INSERT INTO mails_before (id, kind, recipient, object, version, sealed, created_at, sent_at)
SELECT id, kind, recipient, object, version, sealed, created_at, coalesce(sent_at, expired_at, refused_at)
FROM mails;
DROP TABLE mails;
ALTER TABLE mails_before RENAME TO mails;
CREATE INDEX mails_by_recipient ON mails (recipient, created_at);
