-- How far Stripe's list of what has happened was read: what got lost before a notice that came is
-- still found
CREATE TABLE event_positions (
    livemode BOOLEAN NOT NULL PRIMARY KEY,
    read_to  BIGINT  NOT NULL -- when the newest event that was listed happened
);
