SELECT
    id, subject_kind, subject, requested_by, requested_at, last_seq, next_seq, requests, cancelled, marked, finished_at
FROM erasures
ORDER BY id
