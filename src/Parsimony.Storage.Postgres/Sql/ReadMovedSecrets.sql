-- A cursor: rows are taken a page at a time, and payloads are read between pages.
DECLARE moved NO SCROLL CURSOR FOR
SELECT
    name, value
FROM secrets
ORDER BY name COLLATE "C"
