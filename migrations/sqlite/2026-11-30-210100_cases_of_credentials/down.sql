PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''message'', ''credential'')', '''message'')')
WHERE type = 'table' AND name = 'cases';
PRAGMA writable_schema = RESET;
