INSERT INTO batch_scopes (scope, batch) VALUES (@scope, @batch) ON CONFLICT DO NOTHING
