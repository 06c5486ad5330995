-- A refund that pays what left and came back needs no reserve, and is owed if it fails itself
ALTER TABLE refunds ADD COLUMN pays_owed BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE refunds SET pays_owed = TRUE WHERE repeats_id IN (
    SELECT before.id FROM refunds before
    JOIN journals ON journals.kind = 'refund' AND journals.source_id = before.stripe_id
);
