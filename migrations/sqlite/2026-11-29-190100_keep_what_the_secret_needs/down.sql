DROP TRIGGER quotes_keep;
CREATE TRIGGER quotes_keep BEFORE UPDATE ON quotes
WHEN NEW.price_minor <> OLD.price_minor OR NEW.currency <> OLD.currency
  OR NEW.duration <> OLD.duration OR NEW.words IS NOT OLD.words
  OR NEW.valid_until <> OLD.valid_until OR NEW.client_id <> OLD.client_id
  OR NEW.service_id <> OLD.service_id OR NEW.accountant_id <> OLD.accountant_id
  OR (OLD.booking_id IS NOT NULL AND NEW.booking_id IS NOT OLD.booking_id)
BEGIN SELECT RAISE(ABORT, 'quote_kept'); END;
DROP TRIGGER booking_events_keep;
CREATE TRIGGER booking_events_keep BEFORE UPDATE ON booking_events
BEGIN SELECT RAISE(ABORT, 'booking_history'); END;
ALTER TABLE recovery_codes DROP COLUMN secret_mark;
DROP TABLE kept_values;
