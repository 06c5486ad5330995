ALTER TABLE refunds DROP COLUMN pays_owed;
