DROP INDEX notices_by_cause;
