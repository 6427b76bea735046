UPDATE batches SET
    not_before = @not_before, misses = @misses, failure_code = @failure_code, lease_owner = NULL, lease_until = NULL
WHERE id = @id AND lease_owner = @owner AND state = 6
