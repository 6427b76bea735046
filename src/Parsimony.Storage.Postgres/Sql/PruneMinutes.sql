DELETE FROM rollups WHERE (period, start, profile, route) IN (
    SELECT period, start, profile, route FROM rollups WHERE period = 0 AND start < @before ORDER BY period, start, profile, route LIMIT @max FOR UPDATE)
