-- A cursor: rows are taken a page at a time, and payloads are read between pages.
DECLARE moved NO SCROLL CURSOR FOR
SELECT
    first, last, context, reason, route::bigint, decided_at, inputs
FROM decisions
WHERE (NOT @only_ended OR last <= (SELECT coalesce(max(seq), 0) FROM requests WHERE state >= 3))
ORDER BY first
