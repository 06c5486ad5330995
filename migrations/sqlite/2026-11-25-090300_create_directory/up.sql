-- What the directory shows of each listed accountant, in the order of `rank`. Made from the tables
-- of others whenever a profile is stale; may be thrown away and made again.
CREATE TABLE entries (
    user_id     INTEGER NOT NULL PRIMARY KEY REFERENCES users (id),
    rank        BIGINT  NOT NULL UNIQUE,
    seq         BIGINT  NOT NULL UNIQUE,
    currency    TEXT,
    price_minor BIGINT,
    tokens      TEXT    NOT NULL,
    card        TEXT    NOT NULL,
    changed_at  BIGINT  NOT NULL
);
CREATE INDEX entries_by_price ON entries (currency, price_minor, rank DESC);
CREATE INDEX entries_by_change ON entries (seq, changed_at);

-- One row: how often entries were made anew, and the last number given to one; newer profiles have greater ones
CREATE TABLE directory_state (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    last_seq BIGINT  NOT NULL,
    version  BIGINT  NOT NULL
);
INSERT INTO directory_state (id, last_seq, version) VALUES (1, 0, 0);

-- The directory's words, for the one meant by a word that nobody uses
CREATE TABLE directory_words (
    word   TEXT    NOT NULL PRIMARY KEY,
    length INTEGER NOT NULL
);
CREATE INDEX directory_words_by_length ON directory_words (length, word);

-- A beginning of two to ten letters has its own list: merging those of all words it begins costs a
-- millisecond where many match. rowid = entries.rank, so that matches are read in the order of the ranking without a sort
CREATE VIRTUAL TABLE entry_words USING fts5 (
    tokens, content = '', contentless_delete = 1, detail = none, prefix = '2 3 4 5 6 7 8 9 10',
    tokenize = "unicode61 tokenchars '_'"
);
