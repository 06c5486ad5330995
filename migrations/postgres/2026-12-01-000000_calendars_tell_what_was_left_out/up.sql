-- How many events of a calendar could not be read, and what its owner is told of them, sealed
ALTER TABLE outside_calendars ADD COLUMN left_out INTEGER NOT NULL DEFAULT 0 CHECK (left_out >= 0);
ALTER TABLE outside_calendars ADD COLUMN notes BYTEA;
-- When it is read next. Those that were read before are read anew at once.
ALTER TABLE outside_calendars ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX outside_calendars_by_due ON outside_calendars (due_at) WHERE url IS NOT NULL;
