CREATE OR REPLACE FUNCTION booking_events_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'booking_history';
END $$;
CREATE OR REPLACE FUNCTION quotes_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.price_minor, NEW.currency, NEW.duration, NEW.valid_until, NEW.client_id, NEW.service_id,
        NEW.accountant_id) <> (OLD.price_minor, OLD.currency, OLD.duration, OLD.valid_until,
        OLD.client_id, OLD.service_id, OLD.accountant_id)
        OR NEW.words IS DISTINCT FROM OLD.words
        OR (OLD.booking_id IS NOT NULL AND NEW.booking_id IS DISTINCT FROM OLD.booking_id)
    THEN RAISE EXCEPTION 'quote_kept'; END IF;
    RETURN NEW;
END $$;
ALTER TABLE recovery_codes DROP COLUMN secret_mark;
DROP TABLE kept_values;
