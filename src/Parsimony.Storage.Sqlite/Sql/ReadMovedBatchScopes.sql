SELECT
    scope, batch
FROM batch_scopes
WHERE (NOT @only_ended OR batch IN (SELECT id FROM batches WHERE state IN (7, 8)))
ORDER BY scope, batch
