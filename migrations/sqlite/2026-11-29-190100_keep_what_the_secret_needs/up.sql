-- What the site itself remembers: what its secret is proven by, the key of its pushes
CREATE TABLE kept_values (
    name    TEXT   NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 60),
    value   BLOB   NOT NULL,
    kept_at BIGINT NOT NULL
);

-- Under which secret a recovery code was hashed; unknown for those of before
ALTER TABLE recovery_codes ADD COLUMN secret_mark BLOB;

-- History stays, but words may be sealed under another secret: they are then as long as before
DROP TRIGGER booking_events_keep;
CREATE TRIGGER booking_events_keep BEFORE UPDATE ON booking_events
WHEN NEW.id <> OLD.id OR NEW.booking_id <> OLD.booking_id OR NEW.kind <> OLD.kind
  OR NEW.by_whom <> OLD.by_whom OR NEW.at <> OLD.at OR NEW.starts_at IS NOT OLD.starts_at
  OR length(NEW.words) IS NOT length(OLD.words)
BEGIN SELECT RAISE(ABORT, 'booking_history'); END;
DROP TRIGGER quotes_keep;
CREATE TRIGGER quotes_keep BEFORE UPDATE ON quotes
WHEN NEW.price_minor <> OLD.price_minor OR NEW.currency <> OLD.currency
  OR NEW.duration <> OLD.duration OR length(NEW.words) IS NOT length(OLD.words)
  OR NEW.valid_until <> OLD.valid_until OR NEW.client_id <> OLD.client_id
  OR NEW.service_id <> OLD.service_id OR NEW.accountant_id <> OLD.accountant_id
  OR (OLD.booking_id IS NOT NULL AND NEW.booking_id IS NOT OLD.booking_id)
BEGIN SELECT RAISE(ABORT, 'quote_kept'); END;
