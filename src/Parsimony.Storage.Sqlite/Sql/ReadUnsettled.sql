SELECT * FROM stored_requests
WHERE seq > @after AND seq <= @last AND +batch = @batch AND state = 1 ORDER BY seq LIMIT @max
