UPDATE batches SET candidates = @candidates, not_before = @now, lease_owner = NULL, lease_until = NULL WHERE id = @id
