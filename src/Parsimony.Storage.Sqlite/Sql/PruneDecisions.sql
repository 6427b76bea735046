-- Requests are numbered as they come, so only the first ones can be old enough.
DELETE FROM decisions WHERE first IN (
    SELECT first FROM (SELECT first, decided_at FROM decisions ORDER BY first LIMIT @max) WHERE decided_at < @before)
