-- What accountants say they are entitled to, and what a moderator found in the register. A badge is a
-- verified row through `expires_on`; nothing that was claimed is removed.
CREATE TABLE credentials (
    id              BIGINT  NOT NULL PRIMARY KEY,
    user_id         BIGINT  NOT NULL REFERENCES accountants (user_id),
    kind            TEXT    NOT NULL CHECK (kind IN ('chartered', 'cpa', 'certified', 'management',
        'tax', 'auditor', 'technician', 'bookkeeper', 'enrolled-agent', 'lawyer')),
    register        TEXT    NOT NULL CHECK (length(register) BETWEEN 2 AND 120),
    number          TEXT    NOT NULL CHECK (length(number) BETWEEN 1 AND 40),
    register_key    TEXT    NOT NULL CHECK (length(register_key) BETWEEN 1 AND 400),
    number_key      TEXT    NOT NULL CHECK (length(number_key) BETWEEN 1 AND 200),
    jurisdiction    TEXT    NOT NULL CHECK (length(jurisdiction) = 2),
    status          TEXT    NOT NULL CHECK (status IN ('claimed', 'verified', 'refused', 'revoked')),
    claimed_at      BIGINT  NOT NULL, -- since when it waits
    touched_at      BIGINT, -- when an admin first looked at it
    ended_at        BIGINT, -- taken back, or replaced by a newer check
    checked_on      INTEGER, -- days since 1970-01-01
    checked_by      BIGINT  REFERENCES users (id),
    source          TEXT    CHECK (length(source) BETWEEN 3 AND 200), -- where it was looked up
    expires_on      INTEGER, -- the last day of the badge
    has_expiry      BOOLEAN NOT NULL, -- false: the register gives none
    decision_id     BIGINT  REFERENCES decisions (id), -- refuses or revokes it
    evidence        TEXT, -- the file, as long as it is kept
    evidence_key    BYTEA, -- what opens the file, sealed
    evidence_kind   TEXT    NOT NULL CHECK (evidence_kind IN ('pdf', 'jpeg', 'png')),
    evidence_sha256 BYTEA   NOT NULL CHECK (length(evidence_sha256) = 32),
    evidence_until  BIGINT, -- when the file goes
    rival_at        BIGINT, -- another account has the same number; no case is open yet
    CHECK (status <> 'verified' OR (checked_on IS NOT NULL AND checked_by IS NOT NULL
        AND source IS NOT NULL AND expires_on IS NOT NULL)),
    CHECK (expires_on >= checked_on),
    CHECK (checked_by <> user_id), -- nobody decides about themselves
    CHECK ((status IN ('refused', 'revoked')) = (decision_id IS NOT NULL)),
    CHECK ((evidence IS NULL) = (evidence_key IS NULL))
);
-- One number of a register is verified for one account.
CREATE UNIQUE INDEX credentials_verified ON credentials (register_key, number_key)
    WHERE status = 'verified' AND ended_at IS NULL;
CREATE INDEX credentials_by_number ON credentials (number_key, register_key);
CREATE INDEX credentials_by_user ON credentials (user_id, status, expires_on);
CREATE INDEX credentials_waiting ON credentials (claimed_at, id)
    WHERE status = 'claimed' AND ended_at IS NULL;
CREATE INDEX credentials_evidence ON credentials (evidence_until)
    WHERE evidence IS NOT NULL AND evidence_until IS NOT NULL;
CREATE INDEX credentials_rivals ON credentials (rival_at) WHERE rival_at IS NOT NULL;

-- Whoever claims is checked: no row begins as verified. What was claimed, with which evidence, never
-- changes; a file that is gone stays gone.
CREATE FUNCTION credentials_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'claimed' THEN RAISE EXCEPTION 'credential_stays'; END IF;
        RETURN NEW;
    END IF;
    IF NEW.id <> OLD.id OR NEW.user_id <> OLD.user_id OR NEW.kind <> OLD.kind
        OR NEW.register <> OLD.register OR NEW.number <> OLD.number OR NEW.register_key <> OLD.register_key
        OR NEW.number_key <> OLD.number_key OR NEW.jurisdiction <> OLD.jurisdiction
        OR NEW.evidence_kind <> OLD.evidence_kind OR NEW.evidence_sha256 <> OLD.evidence_sha256
        OR (OLD.evidence IS NULL AND NEW.evidence IS NOT NULL)
        OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL)
        OR EXISTS (SELECT 1 FROM decisions d WHERE d.id = NEW.decision_id
            AND NOT (d.outcome = 'restrict' AND d.target_kind = 'credential' AND d.target = NEW.id))
    THEN RAISE EXCEPTION 'credential_stays'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credentials_guard BEFORE INSERT OR UPDATE ON credentials
    FOR EACH ROW EXECUTE FUNCTION credentials_guard();
CREATE TRIGGER credentials_kept BEFORE DELETE ON credentials
    FOR EACH ROW EXECUTE FUNCTION chat_refused('credential_stays');
CREATE TRIGGER credentials_full BEFORE TRUNCATE ON credentials
    EXECUTE FUNCTION chat_refused('credential_stays');
