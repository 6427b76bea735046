SELECT * FROM stored_batches WHERE id IN (
    SELECT id FROM batches WHERE state = 7 AND is_cleaned = 0 AND clean_after <= @now ORDER BY clean_after, id LIMIT @max)
ORDER BY id
