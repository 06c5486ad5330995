DROP TABLE papers;
DROP TABLE paper_counters;
DROP TABLE bill_recipients;
DROP TABLE billing_details;
DROP FUNCTION papers_guard;
