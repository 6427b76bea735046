SELECT * FROM stored_entries WHERE number > @after ORDER BY number LIMIT @max
