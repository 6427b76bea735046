SELECT 1 FROM batches WHERE provider = @provider AND provider_batch_id = @id
UNION ALL
SELECT 1 FROM foreign_batches WHERE provider = @provider AND provider_batch_id = @id
LIMIT 1
