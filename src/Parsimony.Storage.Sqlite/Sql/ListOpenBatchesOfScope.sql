SELECT * FROM stored_batches
WHERE state IN (0, 1, 2, 3, 4, 5, 6) AND id IN (SELECT batch FROM batch_scopes WHERE scope = @scope) ORDER BY id LIMIT @max
