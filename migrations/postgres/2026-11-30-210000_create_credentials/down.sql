DROP TABLE credentials;
DROP FUNCTION credentials_guard();
