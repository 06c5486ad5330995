ALTER TABLE tokens DROP COLUMN code_tries;
ALTER TABLE tokens DROP COLUMN code_hash;
ALTER TABLE tokens DROP COLUMN carried;
