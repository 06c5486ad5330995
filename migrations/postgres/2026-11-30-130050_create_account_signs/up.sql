-- What two accounts may have in common, as keyed hashes: a browser both signed in with, a mailbox.
CREATE TABLE account_signs (
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind    TEXT   NOT NULL CHECK (kind IN ('browser', 'mailbox')),
    mark    BYTEA   NOT NULL CHECK (length(mark) = 32),
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, kind, mark)
);
CREATE INDEX account_signs_by_mark ON account_signs (kind, mark);
CREATE INDEX account_signs_by_age ON account_signs (seen_at);

-- The card that paid, as a keyed hash of what Stripe tells cards by.
CREATE TABLE payment_cards (
    payment_id BIGINT NOT NULL PRIMARY KEY REFERENCES payments (id),
    mark       BYTEA NOT NULL CHECK (length(mark) = 32)
);
CREATE INDEX payment_cards_by_mark ON payment_cards (mark);
