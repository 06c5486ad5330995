DROP TABLE review_totals;
DROP TABLE review_replies;
DROP TABLE reviews;
DROP FUNCTION reviews_guard();
DROP FUNCTION review_replies_guard();
