-- Lost when somebody else owns it now.
UPDATE batches SET lease_owner = @owner, lease_until = @lease_for + coalesce(@clock, clock_timestamp()) WHERE id = @id AND lease_owner = @owner
