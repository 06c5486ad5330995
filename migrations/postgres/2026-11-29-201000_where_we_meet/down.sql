ALTER TABLE booking_terms DROP COLUMN phone;
ALTER TABLE booking_terms DROP COLUMN place;
ALTER TABLE services DROP COLUMN meeting;
ALTER TABLE accountants DROP COLUMN meeting;
ALTER TABLE accountants DROP COLUMN called;
