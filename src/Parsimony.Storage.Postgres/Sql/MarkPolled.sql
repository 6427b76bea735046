UPDATE batches SET not_before = @next_poll, misses = @misses, lease_owner = NULL, lease_until = NULL
WHERE id = @id AND lease_owner = @owner AND state IN (4, 5)
