-- What the site itself remembers: what its secret is proven by, the key of its pushes
CREATE TABLE kept_values (
    name    TEXT   NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 60),
    value   BYTEA  NOT NULL,
    kept_at BIGINT NOT NULL
);

-- Under which secret a recovery code was hashed; unknown for those of before
ALTER TABLE recovery_codes ADD COLUMN secret_mark BYTEA;

-- History stays, but words may be sealed under another secret: they are then as long as before
CREATE OR REPLACE FUNCTION booking_events_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN RAISE EXCEPTION 'booking_history'; END IF;
    IF (NEW.id, NEW.booking_id, NEW.kind, NEW.by_whom, NEW.at) <>
       (OLD.id, OLD.booking_id, OLD.kind, OLD.by_whom, OLD.at)
        OR NEW.starts_at IS DISTINCT FROM OLD.starts_at
        OR length(NEW.words) IS DISTINCT FROM length(OLD.words)
    THEN RAISE EXCEPTION 'booking_history'; END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION quotes_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.price_minor, NEW.currency, NEW.duration, NEW.valid_until, NEW.client_id, NEW.service_id,
        NEW.accountant_id) <> (OLD.price_minor, OLD.currency, OLD.duration, OLD.valid_until,
        OLD.client_id, OLD.service_id, OLD.accountant_id)
        OR length(NEW.words) IS DISTINCT FROM length(OLD.words)
        OR (OLD.booking_id IS NOT NULL AND NEW.booking_id IS DISTINCT FROM OLD.booking_id)
    THEN RAISE EXCEPTION 'quote_kept'; END IF;
    RETURN NEW;
END $$;
