DROP TABLE reversals;
DROP TABLE transfers;
DROP TABLE refunds;
DROP TABLE stripe_events;
DROP TABLE stripe_operations;
DROP TABLE payments;
DROP TABLE payout_accounts;
