-- A deadline that has passed would end it again at once.
UPDATE requests r SET
    state = 0, listed_state = 0, route = 0, reason = @reason, is_held = q.is_held, not_before = '-infinity', sends = 0, uncertain = 0,
    cancel_requested = false, failure_code = NULL, finished_at = NULL, deadline = CASE WHEN r.deadline > @now THEN r.deadline END
FROM unnest(@seqs, @is_held) q (seq, is_held)
WHERE r.seq = q.seq AND r.state IN (4, 5, 6)
