-- A request's own erasure looks at it alone.
INSERT INTO erasures (subject_kind, subject, requested_by, requested_at, last_seq, next_seq)
VALUES (
    @kind, @subject, @requested_by, @requested_at,
    coalesce(@only_seq, (SELECT max(seq) FROM requests), 0), coalesce(@only_seq, 0))
RETURNING id
