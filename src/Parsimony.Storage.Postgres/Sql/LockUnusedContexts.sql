-- Those that somebody is about to use are passed over.
SELECT c.number FROM decision_contexts c
WHERE c.added_at < @before AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.context = c.number)
ORDER BY c.number LIMIT @max
FOR UPDATE SKIP LOCKED
