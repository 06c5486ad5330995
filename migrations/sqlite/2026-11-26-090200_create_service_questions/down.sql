DROP TABLE service_questions;
