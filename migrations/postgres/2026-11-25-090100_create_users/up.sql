-- People, their sessions, and the accountant's profile that an accountant cannot be without.
CREATE TABLE users (
    id             BIGINT  NOT NULL PRIMARY KEY,
    email          TEXT    NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    email_key      TEXT    NOT NULL UNIQUE CHECK (length(email_key) BETWEEN 3 AND 254),
    name           TEXT    NOT NULL CHECK (length(name) BETWEEN 2 AND 80),
    role           TEXT    NOT NULL CHECK (role IN ('client', 'accountant', 'admin')),
    status         TEXT    NOT NULL
        CHECK (status IN ('unverified', 'active', 'suspended', 'disabled', 'closed')),
    zone           TEXT    NOT NULL CHECK (length(zone) BETWEEN 1 AND 64),
    locale         TEXT    NOT NULL CHECK (length(locale) BETWEEN 2 AND 35),
    password_hash  TEXT    NOT NULL,
    accountant_id  BIGINT,
    totp_secret    BYTEA,
    totp_on_at     BIGINT,
    totp_last_step BIGINT  NOT NULL DEFAULT 0,
    created_at     BIGINT  NOT NULL,
    verified_at    BIGINT,
    CHECK ((role = 'accountant') = (accountant_id IS NOT NULL)),
    CHECK (accountant_id IS NULL OR accountant_id = id),
    CHECK (totp_on_at IS NULL OR totp_secret IS NOT NULL),
    CHECK (status <> 'active' OR verified_at IS NOT NULL)
);
CREATE INDEX users_unverified ON users (created_at) WHERE status = 'unverified';

CREATE TABLE accountants (
    user_id           BIGINT  NOT NULL PRIMARY KEY REFERENCES users (id),
    display_name      TEXT    NOT NULL CHECK (length(display_name) BETWEEN 2 AND 80),
    headline          TEXT    NOT NULL DEFAULT ''
        CHECK (headline = '' OR length(headline) BETWEEN 10 AND 120),
    about             TEXT    NOT NULL DEFAULT ''
        CHECK (about = '' OR length(about) BETWEEN 50 AND 5000),
    country           TEXT    NOT NULL DEFAULT '' CHECK (length(country) IN (0, 2)),
    place             TEXT    NOT NULL DEFAULT ''
        CHECK (place = '' OR length(place) BETWEEN 2 AND 80),
    years             INTEGER CHECK (years BETWEEN 0 AND 70),
    zone              TEXT    NOT NULL CHECK (length(zone) BETWEEN 1 AND 64),
    zone_confirmed_at BIGINT,
    accepting         TEXT    NOT NULL DEFAULT 'all' CHECK (accepting IN ('all', 'known', 'none')),
    paused_at         BIGINT,
    hidden_at         BIGINT,
    photo             TEXT,
    slug              TEXT    NOT NULL UNIQUE CHECK (length(slug) BETWEEN 3 AND 60),
    slug_changed_at   BIGINT,
    created_at        BIGINT  NOT NULL,
    updated_at        BIGINT  NOT NULL
);

ALTER TABLE users ADD FOREIGN KEY (accountant_id) REFERENCES accountants (user_id)
    DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE accountant_tags (
    user_id BIGINT NOT NULL REFERENCES accountants (user_id),
    kind    TEXT   NOT NULL
        CHECK (kind IN ('language', 'specialism', 'industry', 'software', 'jurisdiction')),
    value   TEXT   NOT NULL CHECK (length(value) BETWEEN 2 AND 35),
    place   INTEGER NOT NULL CHECK (place BETWEEN 0 AND 11),
    PRIMARY KEY (user_id, kind, value)
);

-- Every slug that ever was: an old one leads to its owner and is never given to another
CREATE TABLE slugs (
    slug       TEXT   NOT NULL PRIMARY KEY,
    user_id    BIGINT NOT NULL REFERENCES accountants (user_id),
    created_at BIGINT NOT NULL
);
CREATE INDEX slugs_by_user ON slugs (user_id);

CREATE TABLE sessions (
    key_hash     BYTEA   NOT NULL PRIMARY KEY,
    user_id      BIGINT REFERENCES users (id),
    label        TEXT   NOT NULL,
    address      TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- A link in a mail: only its hash is kept, and it works once
CREATE TABLE tokens (
    hash       BYTEA   NOT NULL PRIMARY KEY,
    user_id    BIGINT NOT NULL REFERENCES users (id),
    purpose    TEXT   NOT NULL CHECK (purpose IN ('verify', 'reset')),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX tokens_by_user ON tokens (user_id, purpose);
CREATE INDEX tokens_by_end ON tokens (expires_at);

CREATE TABLE recovery_codes (
    user_id BIGINT NOT NULL REFERENCES users (id),
    hash    BYTEA   NOT NULL,
    PRIMARY KEY (user_id, hash)
);

-- Tries on an address, whether or not anybody has it, so that both cost the same work
CREATE TABLE attempts (
    address_hash BYTEA   NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('password', 'reset')),
    tries        INTEGER NOT NULL CHECK (tries > 0),
    last_at      BIGINT  NOT NULL,
    PRIMARY KEY (address_hash, kind)
);
CREATE INDEX attempts_by_age ON attempts (last_at);

-- Whose entry in the directory may be out of date; any domain may mark, in its transaction
CREATE TABLE stale_profiles (
    user_id BIGINT  NOT NULL PRIMARY KEY REFERENCES users (id),
    since   BIGINT  NOT NULL
);
