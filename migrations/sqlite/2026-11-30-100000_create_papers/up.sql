-- Whom papers name as the accountant. A change holds for the papers that follow.
CREATE TABLE billing_details (
    accountant_id INTEGER NOT NULL PRIMARY KEY REFERENCES accountants (user_id),
    legal_name    TEXT    NOT NULL CHECK (length(legal_name) BETWEEN 1 AND 120),
    legal_address TEXT    NOT NULL CHECK (length(legal_address) BETWEEN 1 AND 300),
    vat_id        TEXT    NOT NULL CHECK (length(vat_id) <= 20),
    vat_bps       INTEGER NOT NULL CHECK (vat_bps BETWEEN 0 AND 3000),
    changed_at    BIGINT  NOT NULL
);

-- Whom a client wants the invoice of a booking made out to; what is empty is left to the profile.
CREATE TABLE bill_recipients (
    booking_id INTEGER NOT NULL PRIMARY KEY REFERENCES bookings (id),
    name       TEXT    NOT NULL CHECK (length(name) <= 120),
    address    TEXT    NOT NULL CHECK (length(address) <= 300),
    vat_id     TEXT    NOT NULL CHECK (length(vat_id) <= 20),
    changed_at BIGINT  NOT NULL
);

-- The last number that an issuer gave. It moves in the transaction that inserts the paper.
CREATE TABLE paper_counters (
    issuer_id BIGINT  NOT NULL, -- an accountant, or 0: the platform
    livemode  BOOLEAN NOT NULL,
    last      BIGINT  NOT NULL CHECK (last >= 1),
    PRIMARY KEY (issuer_id, livemode)
);

-- Invoices and credit notes with everything they said when they were issued. Rows are only added.
CREATE TABLE papers (
    id                INTEGER NOT NULL PRIMARY KEY,
    kind              TEXT    NOT NULL CHECK (kind IN ('invoice', 'credit_note', 'commission_invoice',
        'commission_credit_note')),
    source_id         TEXT    NOT NULL CHECK (length(source_id) BETWEEN 1 AND 255), -- as in journals
    payment_id        BIGINT  NOT NULL REFERENCES payments (id),
    booking_id        BIGINT  NOT NULL REFERENCES bookings (id),
    corrects_id       BIGINT  REFERENCES papers (id), -- what a credit note takes back
    livemode          BOOLEAN NOT NULL,
    issuer_id         BIGINT  NOT NULL, -- an accountant, or 0: the platform
    number            BIGINT  NOT NULL CHECK (number >= 1),
    recipient_id      BIGINT  NOT NULL REFERENCES users (id),
    issuer_name       TEXT    NOT NULL CHECK (length(issuer_name) >= 1),
    issuer_address    TEXT    NOT NULL,
    issuer_vat_id     TEXT    NOT NULL,
    recipient_name    TEXT    NOT NULL CHECK (length(recipient_name) >= 1),
    recipient_address TEXT    NOT NULL,
    recipient_vat_id  TEXT    NOT NULL,
    title             TEXT    NOT NULL, -- of the service
    starts_at         BIGINT  NOT NULL,
    ends_at           BIGINT  NOT NULL,
    zone              TEXT    NOT NULL, -- of the accountant
    currency          TEXT    NOT NULL CHECK (length(currency) = 3),
    gross_minor       BIGINT  NOT NULL CHECK (gross_minor >= 1),
    vat_bps           INTEGER NOT NULL CHECK (vat_bps BETWEEN 0 AND 10000),
    vat_minor         BIGINT  NOT NULL CHECK (vat_minor BETWEEN 0 AND gross_minor),
    commission_bps    INTEGER CHECK (commission_bps BETWEEN 0 AND 10000),
    moved_at          BIGINT  NOT NULL, -- when the money did
    issued_at         BIGINT  NOT NULL,
    UNIQUE (kind, source_id),
    UNIQUE (issuer_id, livemode, number),
    CHECK ((corrects_id IS NOT NULL) = (kind IN ('credit_note', 'commission_credit_note'))),
    CHECK ((issuer_id = 0) = (kind IN ('commission_invoice', 'commission_credit_note'))),
    CHECK ((commission_bps IS NOT NULL) = (issuer_id = 0)),
    CHECK (issuer_id <> recipient_id)
);
CREATE INDEX papers_by_booking ON papers (booking_id, id);
CREATE INDEX papers_by_payment ON papers (payment_id, kind);
CREATE INDEX papers_earned ON papers (issuer_id, livemode, moved_at, id) WHERE kind = 'invoice';

CREATE TRIGGER papers_numbered BEFORE INSERT ON papers
WHEN NEW.number <> 1 + COALESCE((SELECT max(number) FROM papers
    WHERE issuer_id = NEW.issuer_id AND livemode = NEW.livemode), 0)
BEGIN SELECT RAISE(ABORT, 'paper_number'); END;
CREATE TRIGGER papers_new BEFORE INSERT ON papers
WHEN EXISTS (SELECT 1 FROM papers WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM papers WHERE kind = NEW.kind AND source_id = NEW.source_id)
BEGIN SELECT RAISE(ABORT, 'paper_kept'); END;
CREATE TRIGGER papers_keep BEFORE UPDATE ON papers
BEGIN SELECT RAISE(ABORT, 'paper_kept'); END;
CREATE TRIGGER papers_stay BEFORE DELETE ON papers
BEGIN SELECT RAISE(ABORT, 'paper_kept'); END;
