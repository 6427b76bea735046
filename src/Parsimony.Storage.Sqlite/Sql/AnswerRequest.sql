UPDATE requests SET
    state = 3, listed_state = NULL, answer_page = @page, answer_slot = @slot, finish_reason = @finish_reason, finished_at = @now,
    is_held = 0, failure_code = NULL, reason = coalesce(@reason, reason),
    -- An earlier attempt's answer came first: the attempt under way keeps its lease, so that what it may cost is booked when it ends.
    lease_owner = CASE WHEN attempt = @attempt THEN NULL ELSE lease_owner END,
    lease_until = CASE WHEN attempt = @attempt THEN NULL ELSE lease_until END
WHERE seq = @seq AND state <> 3
