UPDATE batches SET state = 7, lease_owner = NULL, lease_until = NULL, not_before = NULL
WHERE id = @id AND lease_owner = @owner AND state = 6 AND open_items = 0
