-- A cursor: rows are taken a page at a time, and payloads are read between pages.
DECLARE moved NO SCROLL CURSOR FOR
SELECT
    provider, provider_batch_id, noted_at
FROM foreign_batches
ORDER BY provider COLLATE "C", provider_batch_id COLLATE "C"
