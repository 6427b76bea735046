SELECT position, item_id, line, sample, seq FROM run_items
WHERE scope = @scope AND position > @after ORDER BY position LIMIT @max
