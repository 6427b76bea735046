SELECT * FROM stored_batches
WHERE state IN (0, 1, 2, 3, 4, 5, 6)
  AND id IN (SELECT bs.batch FROM batch_scopes bs JOIN scopes s ON s.id = bs.scope WHERE s.name = @scope)
ORDER BY id LIMIT @max
