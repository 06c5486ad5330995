-- What a change asks for is asked for once, however many changes come before it is done.
CREATE INDEX jobs_waiting ON jobs (kind, payload) WHERE leased_until IS NULL AND dead_at IS NULL;
