UPDATE batches SET staged_reference = @reference WHERE id = @id AND lease_owner = @owner AND state = 2
