-- The client says "I was there" to being marked as absent.
ALTER TABLE bookings ADD COLUMN no_show_objected_at BIGINT
    CHECK (no_show_objected_at IS NULL OR no_show_at IS NOT NULL);
