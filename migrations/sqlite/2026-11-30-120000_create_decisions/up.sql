-- What was decided about somebody or something, with its reasons. Rows are only added; lifting a
-- restriction is a row of its own.
CREATE TABLE decisions (
    id           INTEGER NOT NULL PRIMARY KEY,
    outcome      TEXT    NOT NULL CHECK (outcome IN ('restrict', 'keep', 'lift', 'uphold')),
    target_kind  TEXT    NOT NULL CHECK (target_kind IN ('account', 'profile', 'review', 'reply',
        'message', 'credential', 'booking')),
    target       BIGINT  NOT NULL,
    subject_id   BIGINT  NOT NULL REFERENCES users (id), -- whom it concerns
    restriction  TEXT    NOT NULL CHECK (restriction IN ('none', 'hide', 'remove', 'remove-text',
        'quarantine', 'suspend', 'refuse', 'revoke', 'warn', 'refund')),
    scope        TEXT    NOT NULL CHECK (length(scope) BETWEEN 3 AND 200),
    starts_at    BIGINT  NOT NULL,
    ends_at      BIGINT  CHECK (ends_at > starts_at), -- none: without end
    duration     TEXT    NOT NULL CHECK (length(duration) BETWEEN 3 AND 100),
    facts        TEXT    NOT NULL CHECK (length(facts) BETWEEN 10 AND 2000),
    source       TEXT    NOT NULL CHECK (source IN ('notice', 'own')),
    is_automated BOOLEAN NOT NULL,
    ground       TEXT    NOT NULL CHECK (length(ground) BETWEEN 3 AND 5), -- section of the terms
    explanation  TEXT    NOT NULL CHECK (length(explanation) BETWEEN 10 AND 2000),
    redress      TEXT    NOT NULL CHECK (length(redress) BETWEEN 10 AND 1000),
    decider      TEXT    NOT NULL CHECK (length(decider) BETWEEN 3 AND 200),
    decided_by   BIGINT  REFERENCES users (id),
    is_emergency BOOLEAN NOT NULL,
    lifts_id     BIGINT  UNIQUE REFERENCES decisions (id),
    decided_at   BIGINT  NOT NULL,
    appeal_until BIGINT  NOT NULL CHECK (appeal_until > decided_at),
    CHECK (is_automated = (decided_by IS NULL)),
    CHECK (decided_by IS NULL OR decided_by <> subject_id), -- nobody decides about themselves
    CHECK ((outcome = 'lift') = (lifts_id IS NOT NULL)),
    CHECK ((outcome = 'restrict') <= (restriction <> 'none')),
    CHECK (is_emergency <= (ends_at IS NOT NULL))
);
CREATE INDEX decisions_by_target ON decisions (target_kind, target, id);
CREATE INDEX decisions_by_subject ON decisions (subject_id, id);
CREATE INDEX decisions_by_end ON decisions (ends_at) WHERE ends_at IS NOT NULL AND outcome = 'restrict';

CREATE TRIGGER decisions_new BEFORE INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM decisions WHERE id = NEW.id OR lifts_id = NEW.lifts_id)
BEGIN SELECT RAISE(ABORT, 'decision_kept'); END;
CREATE TRIGGER decisions_keep BEFORE UPDATE ON decisions
BEGIN SELECT RAISE(ABORT, 'decision_kept'); END;
CREATE TRIGGER decisions_stay BEFORE DELETE ON decisions
BEGIN SELECT RAISE(ABORT, 'decision_kept'); END;

-- Nobody is suspended and no profile hidden without a decision.
ALTER TABLE users ADD COLUMN suspended_by BIGINT REFERENCES decisions (id)
    CHECK ((status = 'suspended' OR coalesce(disabled_from, '') = 'suspended')
           = (suspended_by IS NOT NULL));
ALTER TABLE accountants ADD COLUMN hidden_by BIGINT REFERENCES decisions (id)
    CHECK ((hidden_at IS NULL) = (hidden_by IS NULL));

-- Admins are known to others by a number alone, which stays theirs.
ALTER TABLE users ADD COLUMN moderator INTEGER CHECK (moderator >= 1);
CREATE UNIQUE INDEX users_moderators ON users (moderator) WHERE moderator IS NOT NULL;
UPDATE users SET moderator = (SELECT count(*) FROM users u WHERE u.role = 'admin' AND u.id <= users.id)
WHERE role = 'admin';
