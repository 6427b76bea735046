SELECT b.id FROM batches b JOIN batch_scopes s ON s.batch = b.id
WHERE b.state = 0 AND b.count > 0 AND s.scope = @scope ORDER BY b.id
