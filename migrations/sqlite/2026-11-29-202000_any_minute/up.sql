-- Any minute may begin or end a window
CREATE TABLE new_windows (
    accountant_id BIGINT   NOT NULL REFERENCES accountants (user_id) ON DELETE CASCADE,
    weekday       SMALLINT NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    from_minute   SMALLINT NOT NULL CHECK (from_minute BETWEEN 0 AND 1439),
    to_minute     SMALLINT NOT NULL CHECK (to_minute BETWEEN 1 AND 1440),
    CHECK (from_minute < to_minute),
    PRIMARY KEY (accountant_id, weekday, from_minute)
);
INSERT INTO new_windows (accountant_id, weekday, from_minute, to_minute)
    SELECT accountant_id, weekday, from_minute, to_minute FROM weekly_windows;
DROP TABLE weekly_windows;
ALTER TABLE new_windows RENAME TO weekly_windows;
