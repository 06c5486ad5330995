DROP INDEX accountants_by_number;
ALTER TABLE accountants DROP COLUMN number;
DROP TABLE accountant_numbers;
