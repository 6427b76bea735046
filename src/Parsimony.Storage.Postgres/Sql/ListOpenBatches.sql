SELECT * FROM stored_batches WHERE state IN (0, 1, 2, 3, 4, 5, 6) ORDER BY id LIMIT @max
