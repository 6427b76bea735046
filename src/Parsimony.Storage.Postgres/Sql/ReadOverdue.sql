SELECT * FROM stored_requests WHERE listed_state = 0 AND deadline IS NOT NULL AND deadline <= @now ORDER BY deadline LIMIT @max
