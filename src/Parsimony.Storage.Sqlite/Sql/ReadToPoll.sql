SELECT id FROM batches
WHERE state IN (4, 5) AND (not_before IS NULL OR not_before <= @now) AND (lease_until IS NULL OR lease_until <= @now)
ORDER BY not_before, id LIMIT @max
