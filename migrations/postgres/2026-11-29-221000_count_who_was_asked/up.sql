-- How many people one person caused to be told something, lately.
CREATE INDEX notices_by_cause ON notices (kind, object, created_at);
