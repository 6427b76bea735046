UPDATE requests r SET
    state = 3, listed_state = NULL, answer_page = a.page, answer_slot = a.slot, finish_reason = a.finish_reason, finished_at = @now,
    is_held = false, failure_code = NULL, reason = coalesce(a.reason, r.reason),
    -- An earlier attempt's answer came first: the attempt under way keeps its lease, so that what it may cost is booked when it ends.
    lease_owner = CASE WHEN r.attempt = a.attempt THEN NULL ELSE r.lease_owner END,
    lease_until = CASE WHEN r.attempt = a.attempt THEN NULL ELSE r.lease_until END
FROM unnest(@pages, @slots, @finish_reasons, @reasons, @attempts, @seqs) a (page, slot, finish_reason, reason, attempt, seq)
WHERE r.seq = a.seq AND r.state <> 3
