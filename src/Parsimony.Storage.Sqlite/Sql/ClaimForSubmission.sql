UPDATE batches SET state = 2, lease_owner = @owner, lease_until = @until, not_before = NULL WHERE id = @id AND state = 1
