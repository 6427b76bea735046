INSERT INTO batches (key, provider, credential, kind, isolation_group, model, opened_at, state)
VALUES (@key, @provider, @credential, @kind, @isolation_group, @model, @now, 0)
