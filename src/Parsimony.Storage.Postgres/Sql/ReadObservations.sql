SELECT model, size, duration, at FROM observations WHERE kind = @kind AND provider = @provider ORDER BY number DESC LIMIT @max
