-- Any minute may begin or end a window
ALTER TABLE weekly_windows DROP CONSTRAINT weekly_windows_from_minute_check;
ALTER TABLE weekly_windows DROP CONSTRAINT weekly_windows_to_minute_check;
ALTER TABLE weekly_windows ADD CHECK (from_minute BETWEEN 0 AND 1439);
ALTER TABLE weekly_windows ADD CHECK (to_minute BETWEEN 1 AND 1440);
