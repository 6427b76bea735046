UPDATE batches SET state = 3, candidates = @candidates, not_before = @not_before, lease_owner = NULL, lease_until = NULL
WHERE id = @id AND lease_owner = @owner AND state IN (2, 3)
