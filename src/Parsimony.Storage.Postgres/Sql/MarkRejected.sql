UPDATE batches SET state = 8, failure_code = @failure_code, ended_at = @now, not_before = NULL, lease_owner = NULL, lease_until = NULL
WHERE id = @id AND open_items = 0
  AND ((state IN (2, 3, 4) AND lease_owner = @owner) OR (state = 1 AND (lease_owner IS NULL OR lease_owner = @owner)))
