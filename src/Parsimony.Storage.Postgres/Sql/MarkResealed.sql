UPDATE batches SET
    state = 1, not_before = @not_before, staged_reference = CASE WHEN @keep_staged THEN staged_reference END, failure_code = @reason,
    create_sent_at = NULL, submitted_at = NULL, provider_batch_id = NULL, is_suspected = false, searches = 0, misses = 0,
    lease_owner = NULL, lease_until = NULL
WHERE id = @id AND lease_owner = @owner AND state IN (2, 4)
