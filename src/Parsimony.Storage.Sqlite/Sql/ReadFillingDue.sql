SELECT id FROM batches
WHERE state = 0 AND count > 0 AND (opened_at <= @opened_before OR count >= @min_count OR escalate_at < @escalate_before)
ORDER BY id
