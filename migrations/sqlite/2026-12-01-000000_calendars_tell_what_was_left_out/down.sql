DROP INDEX outside_calendars_by_due;
ALTER TABLE outside_calendars DROP COLUMN due_at;
ALTER TABLE outside_calendars DROP COLUMN notes;
ALTER TABLE outside_calendars DROP COLUMN left_out;
