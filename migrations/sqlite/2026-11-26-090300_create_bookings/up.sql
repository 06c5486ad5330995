-- One hour that a client asked an accountant for.
CREATE TABLE bookings (
    id               INTEGER NOT NULL PRIMARY KEY,
    client_id        BIGINT  NOT NULL REFERENCES users (id),
    accountant_id    BIGINT  NOT NULL REFERENCES accountants (user_id),
    service_id       BIGINT  NOT NULL REFERENCES services (id),
    state            TEXT    NOT NULL CHECK (state IN
        ('held', 'pending', 'confirmed', 'completed', 'declined', 'cancelled', 'expired')),
    pay_mode         TEXT    NOT NULL CHECK (pay_mode IN ('free', 'direct', 'hold', 'after_accept')),
    starts_at        BIGINT  NOT NULL,
    ends_at          BIGINT  NOT NULL,
    block_from       BIGINT  NOT NULL, -- the time with its buffers; half-open
    block_to         BIGINT  NOT NULL,
    deadline         BIGINT, -- until when a held or pending one blocks
    accepted_at      BIGINT,
    requested_at     BIGINT  NOT NULL,
    changed_at       BIGINT  NOT NULL,
    wall             TEXT    NOT NULL, -- what the accountant's wall shows at the start, and by which data
    zone             TEXT    NOT NULL,
    tz_version       TEXT    NOT NULL,
    moves            INTEGER NOT NULL CHECK (moves BETWEEN 0 AND 3),
    sequence         INTEGER NOT NULL CHECK (sequence >= 0),
    proposed_at      BIGINT,
    proposed_until   BIGINT,
    ended_by         TEXT    CHECK (ended_by IN ('client', 'accountant', 'admin', 'system')),
    no_show_at       BIGINT,
    complained_at    BIGINT,
    complaint        BLOB, -- sealed
    paid_directly_at BIGINT,
    CHECK (block_from <= starts_at AND starts_at < ends_at AND ends_at <= block_to),
    -- a service lasts at most eight hours, with two before and two after: so an overlap is found
    -- among those that begin within twelve hours
    CHECK (block_to - block_from <= 43200000000),
    CHECK (client_id <> accountant_id),
    CHECK (state <> 'held' OR (pay_mode IN ('hold', 'after_accept') AND deadline IS NOT NULL)),
    CHECK (state <> 'pending' OR deadline IS NOT NULL OR accepted_at IS NOT NULL),
    CHECK ((proposed_at IS NULL) = (proposed_until IS NULL)),
    CHECK ((complained_at IS NULL) = (complaint IS NULL))
);
CREATE INDEX bookings_by_client ON bookings (client_id, starts_at, id);
CREATE INDEX bookings_by_accountant ON bookings (accountant_id, starts_at, id);
CREATE INDEX bookings_blocking ON bookings (accountant_id, block_from)
    WHERE state IN ('held', 'pending', 'confirmed');
CREATE INDEX bookings_by_deadline ON bookings (deadline) WHERE state IN ('held', 'pending');
CREATE INDEX bookings_by_end ON bookings (ends_at) WHERE state = 'confirmed';
CREATE INDEX bookings_answered ON bookings (accountant_id, requested_at)
    WHERE state IN ('confirmed', 'completed', 'declined', 'expired', 'cancelled');

-- What was agreed; later edits of the service change nothing in it. Note and answers are sealed.
CREATE TABLE booking_terms (
    booking_id   INTEGER NOT NULL PRIMARY KEY REFERENCES bookings (id),
    title        TEXT    NOT NULL,
    duration     INTEGER NOT NULL CHECK (duration BETWEEN 5 AND 480),
    mode         TEXT    NOT NULL CHECK (mode IN ('video', 'phone', 'in_person')),
    price_minor  BIGINT  NOT NULL CHECK (price_minor >= 0),
    currency     TEXT    NOT NULL CHECK (length(currency) = 3),
    policy       TEXT    NOT NULL CHECK (policy IN ('flexible', 'standard', 'strict')),
    policy_words TEXT    NOT NULL,
    note         BLOB,
    answers      BLOB,
    offer_id     BIGINT
);

-- What happened, in order. Rows are only added.
CREATE TABLE booking_events (
    id         INTEGER NOT NULL PRIMARY KEY,
    booking_id BIGINT NOT NULL REFERENCES bookings (id),
    kind       TEXT   NOT NULL,
    by_whom    TEXT   NOT NULL CHECK (by_whom IN ('client', 'accountant', 'admin', 'system')),
    at         BIGINT NOT NULL,
    starts_at  BIGINT, -- the time meant, where the event is about one
    words      BLOB   -- a reason, sealed
);
CREATE INDEX booking_events_by_booking ON booking_events (booking_id, id);

CREATE TABLE reminders (
    booking_id BIGINT NOT NULL REFERENCES bookings (id),
    kind       TEXT   NOT NULL CHECK (kind IN ('day', 'hour')),
    starts_at  BIGINT NOT NULL,
    due_at     BIGINT NOT NULL,
    sent_at    BIGINT,
    PRIMARY KEY (booking_id, kind, starts_at)
);
CREATE INDEX reminders_due ON reminders (due_at) WHERE sent_at IS NULL;

-- The private feed of somebody's bookings for a calendar program.
CREATE TABLE calendar_feeds (
    user_id      INTEGER NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    token_hash   BLOB   NOT NULL UNIQUE,
    is_busy_only BOOLEAN NOT NULL,
    made_at      BIGINT  NOT NULL
);

-- The last word on double booking, raw SQL included.
CREATE TRIGGER bookings_overlap_insert BEFORE INSERT ON bookings
WHEN NEW.state IN ('held', 'pending', 'confirmed') AND EXISTS (
    SELECT 1 FROM bookings b WHERE b.accountant_id = NEW.accountant_id
      AND b.state IN ('held', 'pending', 'confirmed')
      AND b.block_from < NEW.block_to AND b.block_from > NEW.block_from - 43200000000
      AND NEW.block_from < b.block_to)
BEGIN SELECT RAISE(ABORT, 'booking_overlap'); END;

CREATE TRIGGER bookings_overlap_update BEFORE UPDATE ON bookings
WHEN NEW.state IN ('held', 'pending', 'confirmed') AND EXISTS (
    SELECT 1 FROM bookings b WHERE b.accountant_id = NEW.accountant_id AND b.id <> OLD.id
      AND b.state IN ('held', 'pending', 'confirmed')
      AND b.block_from < NEW.block_to AND b.block_from > NEW.block_from - 43200000000
      AND NEW.block_from < b.block_to)
BEGIN SELECT RAISE(ABORT, 'booking_overlap'); END;

-- Which state may follow which.
CREATE TRIGGER bookings_state BEFORE UPDATE ON bookings
WHEN NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (VALUES
        ('held', 'pending'), ('held', 'confirmed'), ('held', 'cancelled'), ('held', 'expired'),
        ('pending', 'confirmed'), ('pending', 'held'), ('pending', 'cancelled'), ('pending', 'declined'),
        ('pending', 'expired'), ('confirmed', 'cancelled'), ('confirmed', 'completed'),
        ('expired', 'pending'), ('expired', 'held'))
BEGIN SELECT RAISE(ABORT, 'booking_state'); END;

CREATE TRIGGER bookings_first_state BEFORE INSERT ON bookings
WHEN NOT (NEW.state IN ('held', 'pending') OR NEW.state = 'confirmed'
    AND EXISTS (SELECT 1 FROM services s WHERE s.id = NEW.service_id AND s.accept = 'instant'))
BEGIN SELECT RAISE(ABORT, 'booking_state'); END;

CREATE TRIGGER bookings_parties BEFORE UPDATE OF client_id, accountant_id ON bookings
WHEN NEW.client_id <> OLD.client_id OR NEW.accountant_id <> OLD.accountant_id
BEGIN SELECT RAISE(ABORT, 'booking_parties'); END;

CREATE TRIGGER booking_events_keep BEFORE UPDATE ON booking_events
BEGIN SELECT RAISE(ABORT, 'booking_history'); END;
