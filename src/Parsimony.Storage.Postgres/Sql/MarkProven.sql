UPDATE batches SET is_suspected = false WHERE id = @id AND lease_owner = @owner AND state IN (4, 5, 6)
