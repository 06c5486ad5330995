ALTER TABLE bookings DROP COLUMN accountant_absent_at;
ALTER TABLE bookings DROP COLUMN no_show_upheld_at;
