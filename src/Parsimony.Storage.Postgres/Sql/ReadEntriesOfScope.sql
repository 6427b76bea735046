SELECT * FROM stored_entries WHERE scope = @scope AND number > @after ORDER BY number LIMIT @max
