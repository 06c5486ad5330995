CREATE TABLE services (
    id            BIGINT  NOT NULL PRIMARY KEY,
    accountant_id BIGINT  NOT NULL REFERENCES accountants (user_id),
    title         TEXT    NOT NULL CHECK (length(title) BETWEEN 5 AND 80),
    category      TEXT    NOT NULL CHECK (length(category) BETWEEN 2 AND 30),
    description   TEXT    NOT NULL CHECK (length(description) BETWEEN 20 AND 3000),
    duration      INTEGER NOT NULL CHECK (duration BETWEEN 5 AND 480 AND duration % 5 = 0),
    step          INTEGER CHECK (step IN (5, 10, 15, 20, 30, 45, 60)),
    buffer_before INTEGER NOT NULL CHECK (buffer_before BETWEEN 0 AND 120 AND buffer_before % 5 = 0),
    buffer_after  INTEGER NOT NULL CHECK (buffer_after BETWEEN 0 AND 120 AND buffer_after % 5 = 0),
    price_kind    TEXT    NOT NULL CHECK (price_kind IN ('fixed', 'free', 'quote')),
    price_minor   BIGINT  NOT NULL CHECK (price_minor BETWEEN 0 AND 10000000),
    currency      TEXT    NOT NULL CHECK (length(currency) = 3),
    modes         INTEGER NOT NULL CHECK (modes BETWEEN 1 AND 7),
    accept        TEXT    NOT NULL CHECK (accept IN ('request', 'instant')),
    policy        TEXT    NOT NULL CHECK (policy IN ('flexible', 'standard', 'strict')),
    state         TEXT    NOT NULL CHECK (state IN ('draft', 'active', 'paused', 'archived')),
    created_at    BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL,
    CHECK ((price_kind = 'fixed') = (price_minor > 0))
);
CREATE INDEX services_by_accountant ON services (accountant_id, state);
