SELECT id, state FROM batches WHERE id = ANY (@ids) ORDER BY id FOR UPDATE
