-- What services of one kind begin at, for rows, the order by price and its ceiling where a kind is
-- chosen. Made with the entry; without a price where all are by quote. `rank` is the entry's, so that
-- rows of one price need no sort
CREATE TABLE entry_kinds (
    user_id     BIGINT NOT NULL REFERENCES users (id),
    category    TEXT   NOT NULL,
    currency    TEXT,
    price_minor BIGINT,
    rank        BIGINT NOT NULL,
    shown       TEXT   NOT NULL,
    PRIMARY KEY (user_id, category)
) WITHOUT ROWID;
CREATE INDEX entry_kinds_by_price ON entry_kinds (category, currency, price_minor, rank DESC);
INSERT INTO stale_profiles (user_id, since) SELECT user_id, 0 FROM entries WHERE true ON CONFLICT DO NOTHING;

-- Entries go by the profile's number and need none of their own
ALTER TABLE directory_state DROP COLUMN last_seq;

-- Pieces of the index of words are joined as soon as there are two. Its pages are small: reading a
-- list of matches from its end unpacks the whole last page first
INSERT INTO entry_words (entry_words, rank) VALUES ('usermerge', 2);
INSERT INTO entry_words (entry_words, rank) VALUES ('pgsz', 1000);
