SELECT id FROM batches
WHERE state = 4 AND (marked_items = open_items AND (open_items > 0 OR is_suspected = 0) OR escalate_at <= @before)
ORDER BY id LIMIT @max
