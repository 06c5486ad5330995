DROP TABLE form_keys;
DROP TABLE mails;
DROP TABLE schedules;
DROP TABLE jobs;
