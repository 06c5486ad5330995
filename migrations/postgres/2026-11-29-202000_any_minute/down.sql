DELETE FROM weekly_windows WHERE from_minute > 1435 OR to_minute < 5;
ALTER TABLE weekly_windows DROP CONSTRAINT weekly_windows_from_minute_check;
ALTER TABLE weekly_windows DROP CONSTRAINT weekly_windows_to_minute_check;
ALTER TABLE weekly_windows ADD CHECK (from_minute BETWEEN 0 AND 1435);
ALTER TABLE weekly_windows ADD CHECK (to_minute BETWEEN 5 AND 1440);
