INSERT INTO batch_scopes (
    scope, batch)
VALUES (
    @scope, @batch)
