UPDATE batches SET
    state = 4, provider_batch_id = @provider_batch_id, is_suspected = @is_suspected, submitted_at = @submitted_at, not_before = @next_poll,
    misses = 0, candidates = NULL, failure_code = NULL, lease_owner = NULL, lease_until = NULL
WHERE id = @id AND lease_owner = @owner AND state IN (2, 3)
  AND NOT EXISTS (SELECT 1 FROM batches other WHERE other.provider = batches.provider AND other.provider_batch_id = @provider_batch_id)
