DELETE FROM rollups WHERE period = 0 AND start < @before AND start <= coalesce(
    (SELECT start FROM rollups WHERE period = 0 AND start < @before ORDER BY start LIMIT 1 OFFSET @max - 1), start)
