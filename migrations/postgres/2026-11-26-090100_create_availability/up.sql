-- How an accountant takes bookings. Who has no row yet takes the values of a new one.
CREATE TABLE calendars (
    accountant_id BIGINT  NOT NULL PRIMARY KEY REFERENCES accountants (user_id) ON DELETE CASCADE,
    notice_hours  INTEGER NOT NULL CHECK (notice_hours BETWEEN 0 AND 720),
    horizon_days  INTEGER NOT NULL CHECK (horizon_days BETWEEN 1 AND 365),
    per_day       INTEGER CHECK (per_day BETWEEN 1 AND 100),
    per_week      INTEGER CHECK (per_week BETWEEN 1 AND 500),
    new_per_month INTEGER CHECK (new_per_month BETWEEN 0 AND 500),
    changed_at    BIGINT  NOT NULL
);

-- Minutes of the day on the wall of the accountant's zone; 1440 is the end of the day
CREATE TABLE weekly_windows (
    accountant_id BIGINT   NOT NULL REFERENCES accountants (user_id) ON DELETE CASCADE,
    weekday       SMALLINT NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    from_minute   SMALLINT NOT NULL CHECK (from_minute BETWEEN 0 AND 1435),
    to_minute     SMALLINT NOT NULL CHECK (to_minute BETWEEN 5 AND 1440),
    CHECK (from_minute < to_minute),
    PRIMARY KEY (accountant_id, weekday, from_minute)
);

-- Dates with windows of their own (none: closed), and stretches of dates away. Dates count days
-- since 1970-01-01.
CREATE TABLE exceptions (
    id            BIGINT  NOT NULL PRIMARY KEY,
    accountant_id BIGINT  NOT NULL REFERENCES accountants (user_id) ON DELETE CASCADE,
    kind          TEXT    NOT NULL CHECK (kind IN ('override', 'vacation')),
    first_on      INTEGER NOT NULL,
    last_on       INTEGER NOT NULL,
    windows       TEXT    NOT NULL CHECK (length(windows) <= 200),
    CHECK (first_on <= last_on AND last_on - first_on <= 730),
    CHECK (kind = 'vacation' OR first_on = last_on),
    CHECK (kind = 'override' OR windows = '')
);
CREATE INDEX exceptions_by_accountant ON exceptions (accountant_id, last_on);
CREATE UNIQUE INDEX exceptions_one_a_date ON exceptions (accountant_id, first_on) WHERE kind = 'override';

-- Calendars kept elsewhere. Only when somebody is busy is taken from them, never what with.
CREATE TABLE outside_calendars (
    id            BIGINT  NOT NULL PRIMARY KEY,
    accountant_id BIGINT NOT NULL REFERENCES accountants (user_id) ON DELETE CASCADE,
    name          TEXT   NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    url           BYTEA, -- sealed; none for an uploaded file
    read_at       BIGINT,
    failure       TEXT   CHECK (length(failure) <= 300),
    created_at    BIGINT NOT NULL
);
CREATE INDEX outside_calendars_by_accountant ON outside_calendars (accountant_id);

CREATE TABLE busy_times (
    calendar_id   BIGINT NOT NULL REFERENCES outside_calendars (id) ON DELETE CASCADE,
    accountant_id BIGINT NOT NULL REFERENCES accountants (user_id) ON DELETE CASCADE,
    from_at       BIGINT NOT NULL,
    to_at         BIGINT NOT NULL,
    CHECK (from_at < to_at),
    PRIMARY KEY (calendar_id, from_at)
);
CREATE INDEX busy_times_by_accountant ON busy_times (accountant_id, to_at);
