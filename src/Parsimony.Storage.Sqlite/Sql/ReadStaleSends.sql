SELECT seq FROM requests WHERE lease_until < @now ORDER BY lease_until LIMIT @max
