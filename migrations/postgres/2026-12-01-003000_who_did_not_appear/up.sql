-- What an admin found about who did not appear
ALTER TABLE bookings ADD COLUMN no_show_upheld_at BIGINT
    CHECK (no_show_upheld_at IS NULL OR no_show_at IS NOT NULL);
ALTER TABLE bookings ADD COLUMN accountant_absent_at BIGINT;
