-- What clients say, as an order: minus the score, 0 where nobody has said anything.
ALTER TABLE entries ADD COLUMN rating BIGINT NOT NULL DEFAULT 0 CHECK (rating BETWEEN -5000 AND 0);
CREATE INDEX entries_by_rating ON entries (rating, rank DESC);
