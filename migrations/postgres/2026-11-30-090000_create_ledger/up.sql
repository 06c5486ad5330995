-- Where every cent is: double entry, debits above zero. A journal's lines come first and the journal
-- last, so that the database itself can refuse one that does not balance. Rows are only added.
CREATE TABLE journals (
    id        BIGINT  NOT NULL PRIMARY KEY,
    source_id TEXT    NOT NULL CHECK (length(source_id) BETWEEN 1 AND 255), -- what moved the money
    kind      TEXT    NOT NULL CHECK (kind IN ('charge', 'fee', 'refund', 'refund_failed', 'release',
        'transfer', 'reversal', 'dispute', 'dispute_fee', 'dispute_won', 'dispute_lost', 'write_off',
        'payout', 'other')),
    livemode  BOOLEAN NOT NULL,
    at        BIGINT  NOT NULL, -- when it moved, by whoever moved it
    UNIQUE (source_id, kind)
);

CREATE TABLE postings (
    journal_id   BIGINT  NOT NULL,
    line         INTEGER NOT NULL CHECK (line BETWEEN 1 AND 8),
    account      TEXT    NOT NULL CHECK (account IN ('stripe', 'held', 'payable', 'commission', 'vat',
        'stripe_fees', 'dispute', 'dispute_fees', 'owed_client', 'bank', 'loss', 'other')),
    booking_id   BIGINT  REFERENCES bookings (id),
    currency     TEXT    NOT NULL CHECK (length(currency) = 3),
    amount_minor BIGINT  NOT NULL CHECK (amount_minor <> 0),
    PRIMARY KEY (journal_id, line)
);
CREATE INDEX postings_by_booking ON postings (booking_id) WHERE booking_id IS NOT NULL;
CREATE INDEX postings_by_account ON postings (account, currency);

CREATE FUNCTION journals_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN RAISE EXCEPTION 'journal_kept'; END IF;
    IF NOT EXISTS (SELECT 1 FROM postings WHERE journal_id = NEW.id)
        OR EXISTS (SELECT 1 FROM postings WHERE journal_id = NEW.id
                   GROUP BY currency HAVING sum(amount_minor) <> 0)
    THEN RAISE EXCEPTION 'journal_balance'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER journals_guard BEFORE INSERT OR UPDATE OR DELETE ON journals
    FOR EACH ROW EXECUTE FUNCTION journals_guard();

CREATE FUNCTION postings_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' OR EXISTS (SELECT 1 FROM journals WHERE id = NEW.journal_id)
    THEN RAISE EXCEPTION 'posting_kept'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER postings_guard BEFORE INSERT OR UPDATE OR DELETE ON postings
    FOR EACH ROW EXECUTE FUNCTION postings_guard();
CREATE TRIGGER journals_full BEFORE TRUNCATE ON journals EXECUTE FUNCTION journals_guard();
CREATE TRIGGER postings_full BEFORE TRUNCATE ON postings EXECUTE FUNCTION postings_guard();
