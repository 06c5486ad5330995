-- What the directory shows of each listed accountant, in the order of `rank`. Made from the tables
-- of others whenever a profile is stale; may be thrown away and made again.
CREATE TABLE entries (
    user_id     BIGINT  NOT NULL PRIMARY KEY REFERENCES users (id),
    rank        BIGINT  NOT NULL UNIQUE,
    seq         BIGINT  NOT NULL UNIQUE,
    currency    TEXT,
    price_minor BIGINT,
    tokens      TEXT    NOT NULL,
    card        TEXT    NOT NULL,
    changed_at  BIGINT  NOT NULL,
    -- tokens are words already split: a cast keeps them as they are, where a parser would split again
    vector      TSVECTOR GENERATED ALWAYS AS (array_to_tsvector(string_to_array(tokens, ' '))) STORED
);
CREATE INDEX entries_by_price ON entries (currency, price_minor, rank DESC);
CREATE INDEX entries_by_change ON entries (seq, changed_at);

-- One row: how often entries were made anew, and the last number given to one; newer profiles have greater ones
CREATE TABLE directory_state (
    id       BIGINT  NOT NULL PRIMARY KEY CHECK (id = 1),
    last_seq BIGINT  NOT NULL,
    version  BIGINT  NOT NULL
);
INSERT INTO directory_state (id, last_seq, version) VALUES (1, 0, 0);

-- The directory's words, for the one meant by a word that nobody uses
CREATE TABLE directory_words (
    word   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    length INTEGER NOT NULL
);
CREATE INDEX directory_words_by_length ON directory_words (length, word);

-- Without a list of pending entries: reading through one makes every search slow
CREATE INDEX entries_by_vector ON entries USING gin (vector) WITH (fastupdate = off);
