DROP TABLE calendar_feeds;
DROP TABLE reminders;
DROP TABLE booking_events;
DROP TABLE booking_terms;
DROP TABLE bookings;
DROP FUNCTION booking_events_keep;
DROP FUNCTION bookings_guard;
DROP EXTENSION IF EXISTS btree_gist;
