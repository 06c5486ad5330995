DROP INDEX bookings_blocking;
CREATE INDEX bookings_blocking ON bookings (accountant_id, block_from)
    WHERE state IN ('held', 'pending', 'confirmed');
