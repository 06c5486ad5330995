DROP TABLE review_totals;
DROP TABLE review_replies;
DROP TABLE reviews;
