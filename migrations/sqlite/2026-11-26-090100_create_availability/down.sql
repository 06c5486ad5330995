DROP TABLE busy_times;
DROP TABLE outside_calendars;
DROP TABLE exceptions;
DROP TABLE weekly_windows;
DROP TABLE calendars;
