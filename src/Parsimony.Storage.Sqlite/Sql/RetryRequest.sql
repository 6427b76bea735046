-- A deadline that has passed would end it again at once.
UPDATE requests SET
    state = 0, listed_state = 0, route = 0, reason = @reason, is_held = @is_held, not_before = 0, sends = 0, uncertain = 0, cancel_requested = 0,
    failure_code = NULL, finished_at = NULL, deadline = CASE WHEN deadline > @now THEN deadline END
WHERE seq = @seq AND state IN (4, 5, 6)
