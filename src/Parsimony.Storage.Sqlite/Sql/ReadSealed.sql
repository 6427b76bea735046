SELECT id, provider, credential, model, open_items, tokens, isolation_group, count, sealed_at FROM batches
WHERE state = 1 AND (not_before IS NULL OR not_before <= @now) ORDER BY id
