-- A client asks for an offer; note and answers are sealed.
CREATE TABLE enquiries (
    id            BIGINT NOT NULL PRIMARY KEY,
    service_id    BIGINT NOT NULL REFERENCES services (id),
    accountant_id BIGINT NOT NULL REFERENCES accountants (user_id),
    client_id     BIGINT NOT NULL REFERENCES users (id),
    note          BYTEA,
    answers       BYTEA,
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
    words         BYTEA,
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
CREATE FUNCTION quotes_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.price_minor, NEW.currency, NEW.duration, NEW.valid_until, NEW.client_id, NEW.service_id,
        NEW.accountant_id) <> (OLD.price_minor, OLD.currency, OLD.duration, OLD.valid_until,
        OLD.client_id, OLD.service_id, OLD.accountant_id)
        OR NEW.words IS DISTINCT FROM OLD.words
        OR (OLD.booking_id IS NOT NULL AND NEW.booking_id IS DISTINCT FROM OLD.booking_id)
    THEN RAISE EXCEPTION 'quote_kept'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quotes_keep BEFORE UPDATE ON quotes
    FOR EACH ROW EXECUTE FUNCTION quotes_keep();
