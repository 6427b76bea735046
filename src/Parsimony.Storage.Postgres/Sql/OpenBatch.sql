INSERT INTO batches (provider, credential, kind, isolation_group, model, key, state, opened_at)
SELECT l.provider, l.credential, l.kind, l.isolation_group, l.model, l.key, 0, @now
FROM unnest(@providers, @credentials, @kinds, @isolation_groups, @models, @keys) l (provider, credential, kind, isolation_group, model, key)
ON CONFLICT (provider, credential, kind, isolation_group, model) WHERE state = 0 DO NOTHING
