DELETE FROM observations WHERE number IN (SELECT number FROM observations WHERE at < @before LIMIT @max)
