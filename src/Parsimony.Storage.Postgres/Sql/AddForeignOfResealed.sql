INSERT INTO foreign_batches (provider, provider_batch_id, noted_at)
SELECT provider, provider_batch_id, @now FROM batches
WHERE id = @id AND lease_owner = @owner AND state = 4 AND provider_batch_id IS NOT NULL
ON CONFLICT DO NOTHING
