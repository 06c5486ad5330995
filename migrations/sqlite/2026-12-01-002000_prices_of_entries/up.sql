-- What services begin at in each currency, of one kind and of all ('' as the category). Made with the
-- entry; '' as the currency where all are by quote. Orders go on after (value, person): a rank can
-- change while somebody turns pages
DROP TABLE entry_kinds;
CREATE TABLE entry_prices (
    user_id     BIGINT NOT NULL REFERENCES users (id),
    category    TEXT   NOT NULL,
    currency    TEXT   NOT NULL,
    price_minor BIGINT,
    shown       TEXT   NOT NULL,
    PRIMARY KEY (user_id, category, currency),
    CHECK ((currency = '') = (price_minor IS NULL))
) WITHOUT ROWID;
CREATE INDEX entry_prices_by_price ON entry_prices (category, currency, price_minor, user_id DESC);

DROP INDEX entries_by_price;
DROP INDEX entries_by_free;
DROP INDEX entries_by_rating;
ALTER TABLE entries DROP COLUMN currency;
ALTER TABLE entries DROP COLUMN price_minor;
CREATE INDEX entries_by_free ON entries (free_at, user_id DESC);
CREATE INDEX entries_by_rating ON entries (rating, user_id DESC);
INSERT INTO stale_profiles (user_id, since) SELECT user_id, 0 FROM entries WHERE true ON CONFLICT DO NOTHING;
