SELECT id FROM batches
WHERE state = 4 AND open_items > 0 AND (marked_items = open_items OR escalate_at <= @before)
ORDER BY id LIMIT @max
