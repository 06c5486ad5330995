DROP TABLE payees;
ALTER TABLE bookings DROP CONSTRAINT bookings_held_until;
ALTER TABLE bookings ADD CONSTRAINT bookings_held_until CHECK (state <> 'held'
    OR (pay_mode IN ('hold', 'after_accept') AND deadline IS NOT NULL));
