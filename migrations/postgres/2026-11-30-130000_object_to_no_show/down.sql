ALTER TABLE bookings DROP COLUMN no_show_objected_at;
