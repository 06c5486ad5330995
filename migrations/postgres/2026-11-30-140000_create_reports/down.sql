DROP TABLE appeals;
DROP TABLE reports;
DROP TABLE cases;
