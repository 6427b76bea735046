UPDATE batches SET state = 1, sealed_at = @now WHERE id = @id AND state = 0
