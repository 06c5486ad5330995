DROP TABLE quotes;
DROP FUNCTION quotes_keep();
DROP TABLE enquiries;
