SELECT * FROM stored_batches WHERE id IN (
    SELECT id FROM batches WHERE state IN (7, 8) AND NOT is_cleaned AND clean_after <= @now ORDER BY clean_after, id LIMIT @max)
ORDER BY id
