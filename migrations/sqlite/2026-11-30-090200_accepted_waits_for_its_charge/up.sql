-- A held time that is accepted has no deadline any more: it only waits for its charge. A CHECK is
-- changed where it is written, which moves no row (https://sqlite.org/lang_altertable.html, 7).
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql,
    'CHECK (state <> ''held'' OR (pay_mode IN (''hold'', ''after_accept'') AND deadline IS NOT NULL))',
    'CHECK (state <> ''held'' OR (pay_mode IN (''hold'', ''after_accept'') AND (deadline IS NOT NULL OR accepted_at IS NOT NULL)))')
WHERE type = 'table' AND name = 'bookings';
PRAGMA writable_schema = RESET;

-- Whether an accountant can be paid through Footing, for each of Stripe's modes; no row is not yet
CREATE TABLE payees (
    accountant_id BIGINT  NOT NULL REFERENCES accountants (user_id) ON DELETE CASCADE,
    livemode      BOOLEAN NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('ready', 'restricted')),
    PRIMARY KEY (accountant_id, livemode)
);
