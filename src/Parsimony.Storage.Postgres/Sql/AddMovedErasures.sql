INSERT INTO erasures (
    id, subject_kind, subject, requested_by, requested_at, last_seq, next_seq, requests, cancelled, marked, finished_at)
OVERRIDING SYSTEM VALUE
SELECT
    m.id, m.subject_kind, m.subject, m.requested_by, m.requested_at, m.last_seq, m.next_seq, m.requests, m.cancelled, m.marked, m.finished_at
FROM unnest(
    @id_column, @subject_kind_column, @subject_column, @requested_by_column, @requested_at_column, @last_seq_column, @next_seq_column, @requests_column,
    @cancelled_column, @marked_column, @finished_at_column)
    m (id, subject_kind, subject, requested_by, requested_at, last_seq, next_seq, requests, cancelled, marked, finished_at)
