-- What clients call an accountant; empty is the whole name
ALTER TABLE accountants ADD COLUMN called TEXT NOT NULL DEFAULT ''
    CHECK (length(called) <= 40);

-- How two people who booked an hour meet, sealed: for each way of meeting as the accountant says it,
-- and as it stands for one booking. The number is the client's, where the accountant calls
ALTER TABLE accountants ADD COLUMN meeting BLOB;
ALTER TABLE services ADD COLUMN meeting BLOB;
ALTER TABLE booking_terms ADD COLUMN place BLOB;
ALTER TABLE booking_terms ADD COLUMN phone BLOB;
