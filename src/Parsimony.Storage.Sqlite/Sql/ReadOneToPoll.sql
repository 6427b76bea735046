SELECT id FROM batches WHERE id = @id AND state IN (4, 5) AND (lease_until IS NULL OR lease_until <= @now)
