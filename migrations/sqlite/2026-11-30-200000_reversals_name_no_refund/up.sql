-- A reversal follows from what the accountant has too much, whatever led to that
ALTER TABLE reversals DROP COLUMN refund_id;
