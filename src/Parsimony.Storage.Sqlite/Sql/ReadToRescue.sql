SELECT id FROM batches
WHERE state IN (2, 3) AND (not_before IS NULL OR not_before <= @now) AND (lease_until IS NULL OR lease_until < @lease_ended_before)
ORDER BY not_before, id LIMIT @max
