DROP TABLE journals;
DROP TABLE postings;
