-- The operator may lock an account in any state, and the end of the lock brings that state back
ALTER TABLE users ADD COLUMN disabled_from TEXT
    CHECK (disabled_from IN ('unverified', 'active', 'suspended', 'closed'));
