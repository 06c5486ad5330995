-- One number that two accounts claim is a case for each. The text of a CHECK is all that changes, so
-- the table, to which others refer, is not made anew.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''message'')', '''message'', ''credential'')')
WHERE type = 'table' AND name = 'cases';
PRAGMA writable_schema = RESET;
