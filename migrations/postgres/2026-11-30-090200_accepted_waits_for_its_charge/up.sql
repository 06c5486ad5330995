-- A held time that is accepted has no deadline any more: it only waits for its charge
DO $$
DECLARE
    old TEXT;
BEGIN
    SELECT conname INTO old FROM pg_constraint
    WHERE conrelid = 'bookings'::regclass AND contype = 'c'
      AND pg_get_constraintdef(oid) LIKE '%after_accept%' AND pg_get_constraintdef(oid) LIKE '%deadline%';
    EXECUTE format('ALTER TABLE bookings DROP CONSTRAINT %I', old);
END $$;
ALTER TABLE bookings ADD CONSTRAINT bookings_held_until CHECK (state <> 'held'
    OR (pay_mode IN ('hold', 'after_accept') AND (deadline IS NOT NULL OR accepted_at IS NOT NULL)));

-- Whether an accountant can be paid through Footing, for each of Stripe's modes; no row is not yet
CREATE TABLE payees (
    accountant_id BIGINT  NOT NULL REFERENCES accountants (user_id) ON DELETE CASCADE,
    livemode      BOOLEAN NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('ready', 'restricted')),
    PRIMARY KEY (accountant_id, livemode)
);
