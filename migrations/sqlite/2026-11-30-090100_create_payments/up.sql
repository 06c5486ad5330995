-- Where an accountant is paid: an account at Stripe, one that is open for each mode.
CREATE TABLE payout_accounts (
    id              INTEGER NOT NULL PRIMARY KEY,
    accountant_id   BIGINT  NOT NULL REFERENCES accountants (user_id),
    livemode        BOOLEAN NOT NULL,
    country         TEXT    NOT NULL CHECK (length(country) = 2),
    stripe_id       TEXT    UNIQUE CHECK (length(stripe_id) <= 255), -- none until Stripe has answered
    state           TEXT    NOT NULL CHECK (state IN ('started', 'pending', 'ready', 'restricted', 'closed')),
    requirements    TEXT    NOT NULL, -- what Stripe asks for next, by its own names, a line each
    disabled_reason TEXT,
    fetched_at      BIGINT,
    created_at      BIGINT  NOT NULL
);
CREATE UNIQUE INDEX payout_accounts_open ON payout_accounts (accountant_id, livemode)
    WHERE state <> 'closed';

-- One try to pay a booking by card. Its state follows Stripe and only ever rises.
CREATE TABLE payments (
    id             INTEGER NOT NULL PRIMARY KEY,
    booking_id     BIGINT  NOT NULL REFERENCES bookings (id),
    livemode       BOOLEAN NOT NULL,
    attempt        INTEGER NOT NULL CHECK (attempt >= 1),
    state          TEXT    NOT NULL CHECK (state IN
        ('created', 'open', 'lapsed', 'authorised', 'voided', 'captured')),
    currency       TEXT    NOT NULL CHECK (length(currency) = 3),
    amount_minor   BIGINT  NOT NULL CHECK (amount_minor BETWEEN 1 AND 99999999),
    commission_bps INTEGER NOT NULL CHECK (commission_bps BETWEEN 0 AND 10000),
    vat_bps        INTEGER NOT NULL CHECK (vat_bps BETWEEN 0 AND 10000),
    expires_at     BIGINT  NOT NULL, -- when Stripe's page closes
    session_id     TEXT    UNIQUE CHECK (length(session_id) <= 255),
    session_url    BLOB, -- sealed
    intent_id      TEXT    UNIQUE CHECK (length(intent_id) <= 255),
    charge_id      TEXT    UNIQUE CHECK (length(charge_id) <= 255),
    capture_before BIGINT,
    authorised_at  BIGINT,
    captured_at    BIGINT,
    released_at    BIGINT,
    reserved_minor BIGINT  NOT NULL DEFAULT 0 CHECK (reserved_minor >= 0), -- returned or about to be
    refunded_minor BIGINT  NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0),
    lost_minor     BIGINT  NOT NULL DEFAULT 0 CHECK (lost_minor >= 0), -- to disputes
    sent_minor     BIGINT  NOT NULL DEFAULT 0 CHECK (sent_minor >= 0), -- to the accountant
    reversed_minor BIGINT  NOT NULL DEFAULT 0 CHECK (reversed_minor >= 0),
    frozen         TEXT    CHECK (frozen IN ('complaint', 'dispute', 'mismatch')),
    version        BIGINT  NOT NULL DEFAULT 0,
    look_at        BIGINT, -- when Stripe is asked again
    created_at     BIGINT  NOT NULL,
    UNIQUE (booking_id, attempt),
    UNIQUE (id, livemode), -- what hangs on it is of the same mode
    CHECK (refunded_minor + lost_minor <= amount_minor),
    CHECK (refunded_minor <= reserved_minor),
    CHECK (reversed_minor <= sent_minor),
    CHECK ((state = 'captured') = (captured_at IS NOT NULL)),
    CHECK (released_at IS NULL OR captured_at IS NOT NULL)
);
CREATE UNIQUE INDEX payments_live ON payments (booking_id)
    WHERE state IN ('created', 'open', 'authorised', 'captured');
CREATE INDEX payments_to_look_at ON payments (look_at) WHERE look_at IS NOT NULL;

-- Higher is later: created 0, open 10, lapsed 20, authorised 30, voided 40, captured 50
CREATE TRIGGER payments_rise BEFORE UPDATE ON payments
WHEN (CASE NEW.state WHEN 'created' THEN 0 WHEN 'open' THEN 10 WHEN 'lapsed' THEN 20
        WHEN 'authorised' THEN 30 WHEN 'voided' THEN 40 ELSE 50 END)
   < (CASE OLD.state WHEN 'created' THEN 0 WHEN 'open' THEN 10 WHEN 'lapsed' THEN 20
        WHEN 'authorised' THEN 30 WHEN 'voided' THEN 40 ELSE 50 END)
  OR NEW.version < OLD.version
BEGIN SELECT RAISE(ABORT, 'payment_falls'); END;
CREATE TRIGGER payments_same BEFORE UPDATE ON payments
WHEN NEW.id <> OLD.id OR NEW.booking_id <> OLD.booking_id OR NEW.livemode <> OLD.livemode
  OR NEW.currency <> OLD.currency OR NEW.amount_minor <> OLD.amount_minor
  OR NEW.commission_bps <> OLD.commission_bps OR NEW.vat_bps <> OLD.vat_bps
  OR (OLD.intent_id IS NOT NULL AND NEW.intent_id IS NOT OLD.intent_id)
  OR (OLD.session_id IS NOT NULL AND NEW.session_id IS NOT OLD.session_id)
BEGIN SELECT RAISE(ABORT, 'payment_terms'); END;
CREATE TRIGGER payments_new BEFORE INSERT ON payments
WHEN EXISTS (SELECT 1 FROM payments WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM payments WHERE booking_id = NEW.booking_id AND attempt = NEW.attempt)
  OR EXISTS (SELECT 1 FROM payments WHERE session_id = NEW.session_id)
  OR EXISTS (SELECT 1 FROM payments WHERE intent_id = NEW.intent_id)
  OR EXISTS (SELECT 1 FROM payments WHERE charge_id = NEW.charge_id)
  OR (NEW.state NOT IN ('lapsed', 'voided') AND EXISTS (
      SELECT 1 FROM payments WHERE booking_id = NEW.booking_id
        AND state IN ('created', 'open', 'authorised', 'captured')))
BEGIN SELECT RAISE(ABORT, 'payment_kept'); END;
CREATE TRIGGER payments_stay BEFORE DELETE ON payments
BEGIN SELECT RAISE(ABORT, 'payment_kept'); END;

-- What is asked of Stripe, written down before it is sent: the same key always has the same body.
CREATE TABLE stripe_operations (
    id            INTEGER NOT NULL PRIMARY KEY,
    payment_id    BIGINT  REFERENCES payments (id),
    kind          TEXT    NOT NULL CHECK (kind IN ('create_account', 'create_session', 'expire_session',
        'capture', 'cancel', 'refund', 'transfer', 'reversal')),
    subject_id    BIGINT  NOT NULL, -- the row that it is about
    attempt       INTEGER NOT NULL CHECK (attempt >= 1),
    key           TEXT    NOT NULL UNIQUE CHECK (length(key) BETWEEN 1 AND 255),
    livemode      BOOLEAN NOT NULL,
    path          TEXT    NOT NULL,
    body          TEXT    NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('waiting', 'done', 'refused', 'unknown', 'replaced')),
    first_sent_at BIGINT,
    last_sent_at  BIGINT,
    tries         INTEGER NOT NULL DEFAULT 0,
    faults        INTEGER NOT NULL DEFAULT 0, -- answers of 500 and above
    next_at       BIGINT  NOT NULL,
    locked_by     BIGINT,
    locked_until  BIGINT,
    stripe_id     TEXT,
    error_code    TEXT,
    created_at    BIGINT  NOT NULL,
    UNIQUE (kind, subject_id, attempt)
);
CREATE INDEX stripe_operations_due ON stripe_operations (next_at)
    WHERE state IN ('waiting', 'unknown');
CREATE INDEX stripe_operations_by_payment ON stripe_operations (payment_id, id);
CREATE TRIGGER stripe_operations_same BEFORE UPDATE ON stripe_operations
WHEN NEW.id <> OLD.id OR NEW.key <> OLD.key OR NEW.path <> OLD.path OR NEW.body <> OLD.body
  OR NEW.livemode <> OLD.livemode
BEGIN SELECT RAISE(ABORT, 'operation_kept'); END;
CREATE TRIGGER stripe_operations_new BEFORE INSERT ON stripe_operations
WHEN EXISTS (SELECT 1 FROM stripe_operations WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM stripe_operations WHERE key = NEW.key)
  OR EXISTS (SELECT 1 FROM stripe_operations WHERE kind = NEW.kind
             AND subject_id = NEW.subject_id AND attempt = NEW.attempt)
BEGIN SELECT RAISE(ABORT, 'operation_kept'); END;
CREATE TRIGGER stripe_operations_stay BEFORE DELETE ON stripe_operations
BEGIN SELECT RAISE(ABORT, 'operation_kept'); END;

-- Notices that came, without what they said: the object is fetched anew.
CREATE TABLE stripe_events (
    id          TEXT    NOT NULL PRIMARY KEY CHECK (length(id) <= 255),
    kind        TEXT    NOT NULL CHECK (length(kind) <= 255),
    livemode    BOOLEAN NOT NULL,
    account     TEXT,
    object_id   TEXT    NOT NULL CHECK (length(object_id) <= 255),
    created_at  BIGINT  NOT NULL, -- by Stripe
    received_at BIGINT  NOT NULL,
    sha256      BLOB    NOT NULL CHECK (length(sha256) = 32),
    failures    INTEGER NOT NULL DEFAULT 0,
    next_at     BIGINT, -- none when it is done, ignored or dead
    ended       TEXT    CHECK (ended IN ('done', 'ignored', 'dead')),
    CHECK ((next_at IS NULL) = (ended IS NOT NULL))
);
CREATE INDEX stripe_events_due ON stripe_events (next_at) WHERE next_at IS NOT NULL;

-- Money on its way back to a client.
CREATE TABLE refunds (
    id           INTEGER NOT NULL PRIMARY KEY,
    payment_id   BIGINT  NOT NULL,
    livemode     BOOLEAN NOT NULL,
    cause        TEXT    NOT NULL CHECK (cause IN ('policy', 'accountant', 'admin', 'complaint', 'dashboard')),
    amount_minor BIGINT  NOT NULL CHECK (amount_minor > 0),
    state        TEXT    NOT NULL CHECK (state IN ('wanted', 'sent', 'pending', 'succeeded', 'failed')),
    stripe_id    TEXT    UNIQUE CHECK (length(stripe_id) <= 255),
    by_id        BIGINT  REFERENCES users (id),
    reason       BLOB, -- sealed
    created_at   BIGINT  NOT NULL,
    ended_at     BIGINT,
    FOREIGN KEY (payment_id, livemode) REFERENCES payments (id, livemode)
);
CREATE INDEX refunds_by_payment ON refunds (payment_id, id);
-- what a cancellation returns is worked out once
CREATE UNIQUE INDEX refunds_by_policy ON refunds (payment_id) WHERE cause = 'policy';

-- Money on its way to an accountant, and back.
CREATE TABLE transfers (
    id           INTEGER NOT NULL PRIMARY KEY,
    payment_id   BIGINT  NOT NULL,
    livemode     BOOLEAN NOT NULL,
    account_id   BIGINT  NOT NULL REFERENCES payout_accounts (id),
    amount_minor BIGINT  NOT NULL CHECK (amount_minor > 0),
    stripe_id    TEXT    UNIQUE CHECK (length(stripe_id) <= 255),
    created_at   BIGINT  NOT NULL,
    UNIQUE (id, livemode),
    FOREIGN KEY (payment_id, livemode) REFERENCES payments (id, livemode)
);
CREATE INDEX transfers_by_payment ON transfers (payment_id, id);

CREATE TABLE reversals (
    id           INTEGER NOT NULL PRIMARY KEY,
    transfer_id  BIGINT  NOT NULL,
    livemode     BOOLEAN NOT NULL,
    amount_minor BIGINT  NOT NULL CHECK (amount_minor > 0),
    stripe_id    TEXT    UNIQUE CHECK (length(stripe_id) <= 255),
    created_at   BIGINT  NOT NULL,
    FOREIGN KEY (transfer_id, livemode) REFERENCES transfers (id, livemode)
);
CREATE INDEX reversals_by_transfer ON reversals (transfer_id, id);
