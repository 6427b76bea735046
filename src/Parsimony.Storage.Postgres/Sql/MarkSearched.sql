UPDATE batches SET searches = @searches, not_before = @next_search, lease_owner = NULL, lease_until = NULL
WHERE id = @id AND lease_owner = @owner AND state IN (2, 3)
