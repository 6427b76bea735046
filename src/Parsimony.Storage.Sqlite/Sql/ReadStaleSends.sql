SELECT seq FROM requests WHERE listed_state = 2 AND lease_until < @now ORDER BY lease_until LIMIT @max
