-- A link brings back what its sign-up said, where it began, and what was typed there, sealed.
-- The code of the same mail is kept as a keyed hash, and tried five times
ALTER TABLE tokens ADD COLUMN carried BYTEA;
ALTER TABLE tokens ADD COLUMN code_hash BYTEA CHECK (code_hash IS NULL OR purpose = 'verify');
ALTER TABLE tokens ADD COLUMN code_tries INTEGER NOT NULL DEFAULT 0
    CHECK (code_tries BETWEEN 0 AND 5);
