INSERT INTO foreign_batches (
    provider, provider_batch_id, noted_at)
VALUES (
    @provider, @provider_batch_id, @noted_at)
