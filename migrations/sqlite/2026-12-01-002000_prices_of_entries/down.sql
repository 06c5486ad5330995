DROP INDEX entries_by_rating;
DROP INDEX entries_by_free;
ALTER TABLE entries ADD COLUMN currency TEXT;
ALTER TABLE entries ADD COLUMN price_minor BIGINT;
CREATE INDEX entries_by_rating ON entries (rating, rank DESC);
CREATE INDEX entries_by_free ON entries (free_at, rank DESC);
CREATE INDEX entries_by_price ON entries (currency, price_minor, rank DESC);
DROP TABLE entry_prices;
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
