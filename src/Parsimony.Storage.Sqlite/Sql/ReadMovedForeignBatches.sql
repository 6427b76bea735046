SELECT
    provider, provider_batch_id, noted_at
FROM foreign_batches
ORDER BY provider, provider_batch_id
