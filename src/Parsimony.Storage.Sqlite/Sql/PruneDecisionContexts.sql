DELETE FROM decision_contexts WHERE number IN (
    SELECT c.number FROM decision_contexts c
    WHERE c.added_at < @before AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.context = c.number)
    ORDER BY c.number LIMIT @max)
