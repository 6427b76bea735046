-- Entries are numbered as they are booked, so only the first ones can be old enough.
WITH oldest AS (SELECT request_id, attempt, kind, revision, at FROM ledger ORDER BY number LIMIT @max)
DELETE FROM ledger l USING oldest o
WHERE l.request_id = o.request_id AND l.attempt = o.attempt AND l.kind = o.kind AND l.revision = o.revision AND o.at < @before
