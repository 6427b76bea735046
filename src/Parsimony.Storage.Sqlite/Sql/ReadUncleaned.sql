SELECT * FROM stored_batches WHERE id IN (
    SELECT id FROM batches INDEXED BY batches_to_clean WHERE state IN (7, 8) AND is_cleaned = 0 AND clean_after <= @now ORDER BY clean_after, id LIMIT @max)
ORDER BY id
