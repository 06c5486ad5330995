DROP TABLE payees;
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql,
    'CHECK (state <> ''held'' OR (pay_mode IN (''hold'', ''after_accept'') AND (deadline IS NOT NULL OR accepted_at IS NOT NULL)))',
    'CHECK (state <> ''held'' OR (pay_mode IN (''hold'', ''after_accept'') AND deadline IS NOT NULL))')
WHERE type = 'table' AND name = 'bookings';
PRAGMA writable_schema = RESET;
