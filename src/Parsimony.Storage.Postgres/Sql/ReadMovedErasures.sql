-- A cursor: rows are taken a page at a time, and payloads are read between pages.
DECLARE moved NO SCROLL CURSOR FOR
SELECT
    id, subject_kind::bigint, subject, requested_by, requested_at, last_seq, next_seq, requests, cancelled, marked, finished_at
FROM erasures
ORDER BY id
