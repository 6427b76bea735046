SELECT id, subject_kind, subject, requested_by, requested_at, requests, cancelled, marked, finished_at, last_seq, next_seq
FROM erasures WHERE id = @id
