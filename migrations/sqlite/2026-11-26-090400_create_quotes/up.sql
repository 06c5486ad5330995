-- A client asks for an offer; note and answers are sealed.
CREATE TABLE enquiries (
    id            BIGINT NOT NULL PRIMARY KEY,
    service_id    BIGINT NOT NULL REFERENCES services (id),
    accountant_id BIGINT NOT NULL REFERENCES accountants (user_id),
    client_id     BIGINT NOT NULL REFERENCES users (id),
    note          BLOB,
    answers       BLOB,
    asked_at      BIGINT NOT NULL,
    closed_at     BIGINT,
    outcome       TEXT CHECK (outcome IN ('offered', 'declined', 'lapsed')),
    CHECK ((closed_at IS NULL) = (outcome IS NULL)),
    CHECK (client_id <> accountant_id)
);
CREATE UNIQUE INDEX enquiries_open ON enquiries (service_id, client_id) WHERE closed_at IS NULL;
CREATE INDEX enquiries_by_accountant ON enquiries (accountant_id, id) WHERE closed_at IS NULL;
CREATE INDEX enquiries_by_client ON enquiries (client_id, accountant_id);

-- What an accountant offers one client for a service; its words are sealed.
CREATE TABLE quotes (
    id            BIGINT NOT NULL PRIMARY KEY,
    service_id    BIGINT  NOT NULL REFERENCES services (id),
    accountant_id BIGINT  NOT NULL REFERENCES accountants (user_id),
    client_id     BIGINT  NOT NULL REFERENCES users (id),
    price_minor   BIGINT  NOT NULL CHECK (price_minor >= 0),
    currency      TEXT    NOT NULL CHECK (length(currency) = 3),
    duration      INTEGER NOT NULL CHECK (duration BETWEEN 5 AND 480),
    words         BLOB,
    made_at       BIGINT  NOT NULL,
    -- the end of a date at most 30 days ahead, wherever that date is
    valid_until   BIGINT  NOT NULL CHECK (valid_until <= made_at + 2764800000000),
    withdrawn_at  BIGINT,
    booking_id    BIGINT UNIQUE REFERENCES bookings (id),
    CHECK (client_id <> accountant_id),
    CHECK (withdrawn_at IS NULL OR booking_id IS NULL)
);
CREATE UNIQUE INDEX quotes_open ON quotes (service_id, client_id)
    WHERE withdrawn_at IS NULL AND booking_id IS NULL;
CREATE INDEX quotes_by_client ON quotes (client_id, id);
CREATE INDEX quotes_by_accountant ON quotes (accountant_id, id);

-- An offer is a promise: it is used once, and its terms never change.
CREATE TRIGGER quotes_keep BEFORE UPDATE ON quotes
WHEN NEW.price_minor <> OLD.price_minor OR NEW.currency <> OLD.currency
  OR NEW.duration <> OLD.duration OR NEW.words IS NOT OLD.words
  OR NEW.valid_until <> OLD.valid_until OR NEW.client_id <> OLD.client_id
  OR NEW.service_id <> OLD.service_id OR NEW.accountant_id <> OLD.accountant_id
  OR (OLD.booking_id IS NOT NULL AND NEW.booking_id IS NOT OLD.booking_id)
BEGIN SELECT RAISE(ABORT, 'quote_kept'); END;
