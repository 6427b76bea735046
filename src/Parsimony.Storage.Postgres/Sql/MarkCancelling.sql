UPDATE batches SET state = 5, cancelled_at = @now, not_before = @next_poll, lease_owner = NULL, lease_until = NULL
WHERE id = @id AND state = 4 AND lease_owner = @owner
