-- A cursor: rows are taken a page at a time, and payloads are read between pages.
DECLARE moved NO SCROLL CURSOR FOR
SELECT
    id, provider, credential, reference, noted_at, nullif(clean_after, '-infinity')
FROM leftovers
ORDER BY id
