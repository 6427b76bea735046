SELECT id FROM batches WHERE state = 0 AND count > 0 ORDER BY id
