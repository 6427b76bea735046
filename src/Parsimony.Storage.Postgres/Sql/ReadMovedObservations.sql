-- A cursor: rows are taken a page at a time, and payloads are read between pages.
DECLARE moved NO SCROLL CURSOR FOR
SELECT
    number, kind::bigint, provider, model, size::bigint, duration, at
FROM observations
ORDER BY number
