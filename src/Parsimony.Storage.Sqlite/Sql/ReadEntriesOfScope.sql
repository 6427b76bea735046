SELECT * FROM stored_entries WHERE number > @after AND number <= @last AND scope = @scope ORDER BY number LIMIT @max
