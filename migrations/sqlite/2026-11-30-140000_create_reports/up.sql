-- What waits for a moderator: one open case a thing, however many reported it.
CREATE TABLE cases (
    id          INTEGER NOT NULL PRIMARY KEY,
    target_kind TEXT   NOT NULL CHECK (target_kind IN ('account', 'profile', 'review', 'reply',
        'message')),
    target      BIGINT NOT NULL,
    subject_id  BIGINT NOT NULL REFERENCES users (id), -- whom it concerns
    address     TEXT   NOT NULL CHECK (length(address) BETWEEN 1 AND 500), -- where it was seen
    opened_at   BIGINT NOT NULL,
    touched_at  BIGINT,  -- when an admin first opened it
    police_at   BIGINT,  -- when it was passed to the police
    decided_at  BIGINT,
    decision_id BIGINT REFERENCES decisions (id),
    CHECK ((decided_at IS NULL) = (decision_id IS NULL))
);
CREATE UNIQUE INDEX cases_open ON cases (target_kind, target) WHERE decided_at IS NULL;
CREATE INDEX cases_waiting ON cases (opened_at, id) WHERE decided_at IS NULL;
CREATE INDEX cases_by_decision ON cases (decision_id) WHERE decision_id IS NOT NULL;

-- One notice of one person about one case. What they wrote and who they are is sealed.
CREATE TABLE reports (
    id            INTEGER NOT NULL PRIMARY KEY,
    case_id       BIGINT  NOT NULL REFERENCES cases (id),
    reporter_id   BIGINT  REFERENCES users (id), -- none: signed out
    reason        TEXT    NOT NULL CHECK (reason IN ('threat', 'insult', 'fraud', 'personal', 'spam',
        'illegal', 'other')),
    note          BLOB   NOT NULL,
    contact       BLOB,  -- name and address of whoever was signed out
    made_at       BIGINT  NOT NULL,
    unfounded_at  BIGINT, -- marked as manifestly unfounded
    CHECK (reporter_id IS NULL OR contact IS NULL),
    CHECK (reporter_id IS NOT NULL OR reason = 'illegal')
);
CREATE UNIQUE INDEX reports_once ON reports (case_id, reporter_id) WHERE reporter_id IS NOT NULL;
CREATE INDEX reports_by_case ON reports (case_id, id);
CREATE INDEX reports_by_reporter ON reports (reporter_id, made_at) WHERE reporter_id IS NOT NULL;

-- One appeal a decision, answered by another admin.
CREATE TABLE appeals (
    id            INTEGER NOT NULL PRIMARY KEY,
    decision_id   BIGINT NOT NULL UNIQUE REFERENCES decisions (id),
    appellant_id  BIGINT REFERENCES users (id), -- none: who reported while signed out
    report_id     BIGINT REFERENCES reports (id), -- of whoever was not heard
    words         BLOB,
    made_at       BIGINT NOT NULL,
    first_decider BIGINT REFERENCES users (id), -- none: a rule
    answer_id     BIGINT UNIQUE REFERENCES decisions (id),
    decided_by    BIGINT REFERENCES users (id),
    decided_at    BIGINT,
    CHECK ((decided_at IS NULL) = (answer_id IS NULL)),
    CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
    CHECK (decided_by IS NULL OR first_decider IS NULL OR decided_by <> first_decider),
    CHECK (appellant_id IS NOT NULL OR report_id IS NOT NULL)
);
CREATE INDEX appeals_waiting ON appeals (made_at, id) WHERE decided_at IS NULL;
