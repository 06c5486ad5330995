DROP TABLE quotes;
DROP TABLE enquiries;
