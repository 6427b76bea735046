INSERT INTO batch_scopes (
    scope, batch)
SELECT
    m.scope, m.batch
FROM unnest(
    @scope_column, @batch_column)
    m (scope, batch)
