DROP TABLE calendar_feeds;
DROP TABLE reminders;
DROP TABLE booking_events;
DROP TABLE booking_terms;
DROP TABLE bookings;
