-- A payout to an accountant's bank came back
ALTER TABLE payout_accounts ADD COLUMN payout_failed_at BIGINT;

-- Links to Stripe's pages that an accountant asked for, so that nobody asks for too many
CREATE TABLE payout_links (
    id            BIGINT  NOT NULL PRIMARY KEY,
    accountant_id BIGINT  NOT NULL REFERENCES accountants (user_id) ON DELETE CASCADE,
    created_at    BIGINT  NOT NULL
);
CREATE INDEX payout_links_by_accountant ON payout_links (accountant_id, created_at);

-- What an accountant would have to give back and an admin gave up
ALTER TABLE payments ADD COLUMN written_off_minor BIGINT NOT NULL DEFAULT 0;
-- When an admin decided about the complaint
ALTER TABLE payments ADD COLUMN decided_at BIGINT;
-- The currency in which Stripe settled the charge, where it is another than the price's
ALTER TABLE payments ADD COLUMN settled_in TEXT;
-- Nothing more is to come of it by itself
ALTER TABLE payments ADD COLUMN closed_at BIGINT;
CREATE INDEX payments_to_follow ON payments (booking_id)
    WHERE closed_at IS NULL AND state IN ('created', 'open', 'authorised', 'captured');

-- The refund that did not arrive and is paid again with this one
ALTER TABLE refunds ADD COLUMN repeats_id BIGINT;

-- A bank asks for the money of a charge back. Follows Stripe
CREATE TABLE disputes (
    id           BIGINT  NOT NULL PRIMARY KEY,
    payment_id   BIGINT  NOT NULL,
    livemode     BOOLEAN NOT NULL,
    stripe_id    TEXT    NOT NULL UNIQUE CHECK (length(stripe_id) <= 255),
    status       TEXT    NOT NULL CHECK (status IN ('inquiry', 'open', 'won', 'lost', 'over')),
    amount_minor BIGINT  NOT NULL CHECK (amount_minor >= 0), -- as disputed
    taken_minor  BIGINT  NOT NULL DEFAULT 0, -- withdrawn and not returned
    due_by       BIGINT, -- until when Stripe takes evidence
    opened_at    BIGINT  NOT NULL,
    ended_at     BIGINT,
    CHECK ((ended_at IS NOT NULL) = (status IN ('won', 'lost', 'over'))),
    FOREIGN KEY (payment_id, livemode) REFERENCES payments (id, livemode)
);
CREATE INDEX disputes_by_payment ON disputes (payment_id, id);

-- Every line of Stripe's own books, as the nightly comparison found it
CREATE TABLE balance_lines (
    id        TEXT    NOT NULL PRIMARY KEY CHECK (length(id) <= 255),
    livemode  BOOLEAN NOT NULL,
    kind      TEXT    NOT NULL CHECK (length(kind) <= 255),
    source_id TEXT,
    currency  TEXT    NOT NULL CHECK (length(currency) = 3),
    net_minor BIGINT  NOT NULL,
    at        BIGINT  NOT NULL,
    is_known  BOOLEAN NOT NULL -- whether the ledger has it
);
CREATE INDEX balance_lines_unknown ON balance_lines (id) WHERE NOT is_known;
CREATE INDEX balance_lines_by_time ON balance_lines (livemode, at);
