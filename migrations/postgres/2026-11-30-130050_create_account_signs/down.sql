DROP TABLE payment_cards;
DROP TABLE account_signs;
