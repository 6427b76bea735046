-- A cursor: rows are taken a page at a time, and payloads are read between pages.
DECLARE moved NO SCROLL CURSOR FOR
SELECT
    scope, position, item_id, line, sample::bigint, seq
FROM run_items
WHERE (NOT @only_ended OR seq IN (SELECT seq FROM requests WHERE state >= 3))
ORDER BY scope, position
