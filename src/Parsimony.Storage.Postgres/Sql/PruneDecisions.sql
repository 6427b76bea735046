-- Requests are numbered as they come, so only the first ones can be old enough.
WITH oldest AS (SELECT first, decided_at FROM decisions ORDER BY first LIMIT @max)
DELETE FROM decisions d USING oldest o WHERE d.first = o.first AND o.decided_at < @before
