UPDATE batches SET
    state = 6, ended_at = @now, result_references = @references, not_before = NULL, misses = 0, lease_owner = NULL, lease_until = NULL
WHERE id = @id AND lease_owner = @owner AND state IN (4, 5)
