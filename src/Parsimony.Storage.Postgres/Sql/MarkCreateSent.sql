UPDATE batches SET create_sent_at = @now, count = @count, creates = creates + 1, searches = 0, lease_until = @lease_for + coalesce(@clock, clock_timestamp())
WHERE id = @id AND lease_owner = @owner AND state = 2
