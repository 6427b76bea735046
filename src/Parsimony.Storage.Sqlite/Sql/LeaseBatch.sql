UPDATE batches SET lease_owner = @owner, lease_until = @until WHERE id = @id
