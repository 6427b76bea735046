WITH closing AS (
    SELECT id FROM batches b
    WHERE state = 0 AND count > 0
    -- By number, as batches are locked everywhere.
    ORDER BY id FOR UPDATE OF b
)
UPDATE batches SET state = 1, sealed_at = @now FROM closing WHERE batches.id = closing.id AND batches.state = 0 RETURNING batches.id
