-- A cursor: rows are taken a page at a time, and payloads are read between pages.
DECLARE moved NO SCROLL CURSOR FOR
SELECT
    number, key, added_at, text
FROM decision_contexts
ORDER BY number
