-- What a change asks for is asked for once, however many changes come before it is done.
CREATE INDEX jobs_waiting ON jobs (kind, payload) WHERE dead_at IS NULL;
