UPDATE batches SET lease_until = @until WHERE id = @id AND lease_owner = @owner
