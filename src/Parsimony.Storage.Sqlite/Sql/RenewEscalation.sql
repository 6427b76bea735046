UPDATE batches SET escalate_at = (
    SELECT r.escalate_at FROM requests r INDEXED BY requests_by_batch
    WHERE r.batch = batches.id AND r.state = 1 AND r.escalate_at IS NOT NULL ORDER BY r.escalate_at LIMIT 1)
WHERE id = @id AND escalate_at >= @earliest AND state IN (0, 1, 2, 3, 4, 5)
