-- Sealed, and every item was cancelled or sent on before it was submitted.
UPDATE batches SET state = 8, ended_at = @now, failure_code = 'emptied', lease_owner = NULL, lease_until = NULL
WHERE id = ANY (@ids) AND state = 1 AND open_items = 0
