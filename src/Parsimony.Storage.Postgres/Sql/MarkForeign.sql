UPDATE batches SET
    state = 2, provider_batch_id = NULL, is_suspected = false, candidates = NULL, result_references = NULL, ended_at = NULL, submitted_at = NULL,
    searches = 0, misses = 0, not_before = @now, lease_owner = NULL, lease_until = NULL
WHERE id = @id AND state IN (2, 3, 4, 6)
