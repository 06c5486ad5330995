-- Where every cent is: double entry, debits above zero. A journal's lines come first and the journal
-- last, so that the database itself can refuse one that does not balance. Rows are only added.
CREATE TABLE journals (
    id        INTEGER NOT NULL PRIMARY KEY,
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

CREATE TRIGGER journals_balance BEFORE INSERT ON journals
WHEN NOT EXISTS (SELECT 1 FROM postings WHERE journal_id = NEW.id)
  OR EXISTS (SELECT 1 FROM postings WHERE journal_id = NEW.id
             GROUP BY currency HAVING sum(amount_minor) <> 0)
BEGIN SELECT RAISE(ABORT, 'journal_balance'); END;
CREATE TRIGGER journals_new BEFORE INSERT ON journals
WHEN EXISTS (SELECT 1 FROM journals WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM journals WHERE source_id = NEW.source_id AND kind = NEW.kind)
BEGIN SELECT RAISE(ABORT, 'journal_kept'); END;
CREATE TRIGGER journals_keep BEFORE UPDATE ON journals
BEGIN SELECT RAISE(ABORT, 'journal_kept'); END;
CREATE TRIGGER journals_stay BEFORE DELETE ON journals
BEGIN SELECT RAISE(ABORT, 'journal_kept'); END;

CREATE TRIGGER postings_new BEFORE INSERT ON postings
WHEN EXISTS (SELECT 1 FROM journals WHERE id = NEW.journal_id)
  OR EXISTS (SELECT 1 FROM postings WHERE journal_id = NEW.journal_id AND line = NEW.line)
  OR EXISTS (SELECT 1 FROM postings WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'posting_kept'); END;
CREATE TRIGGER postings_keep BEFORE UPDATE ON postings
BEGIN SELECT RAISE(ABORT, 'posting_kept'); END;
CREATE TRIGGER postings_stay BEFORE DELETE ON postings
BEGIN SELECT RAISE(ABORT, 'posting_kept'); END;
