SELECT provider_batch_id FROM batches WHERE provider = @provider AND provider_batch_id = ANY (@ids)
UNION
SELECT provider_batch_id FROM foreign_batches WHERE provider = @provider AND provider_batch_id = ANY (@ids)
