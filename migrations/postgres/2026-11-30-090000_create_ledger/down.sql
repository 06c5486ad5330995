DROP TABLE journals;
DROP TABLE postings;
DROP FUNCTION journals_guard;
DROP FUNCTION postings_guard;
