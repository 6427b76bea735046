INSERT INTO foreign_batches (
    provider, provider_batch_id, noted_at)
SELECT
    m.provider, m.provider_batch_id, m.noted_at
FROM unnest(
    @provider_column, @provider_batch_id_column, @noted_at_column)
    m (provider, provider_batch_id, noted_at)
