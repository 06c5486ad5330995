ALTER TABLE reversals ADD COLUMN refund_id BIGINT REFERENCES refunds (id);
