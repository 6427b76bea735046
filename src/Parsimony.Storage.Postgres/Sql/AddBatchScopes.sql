INSERT INTO batch_scopes (scope, batch) SELECT * FROM unnest(@scopes, @batches) ON CONFLICT DO NOTHING
