INSERT INTO requests (
    seq, id, identity, fingerprint, scope, profile, state, is_held, cancel_requested, route, reason, attempt, sends, uncertain, batch, accepted_at,
    deadline, escalate_at, finished_at, not_before, lease_owner, failure_code, finish_reason, bound_usd, prefix_key, line_bytes, token_bound, body_page,
    body_slot, answer_page, answer_slot, lease_until, listed_state)
VALUES (
    @seq, @id, coalesce(@identity, @id), @fingerprint, @scope, @profile, @state, @is_held, @cancel_requested, @route, @reason, @attempt, @sends,
    @uncertain, @batch, @accepted_at, @deadline, @escalate_at, @finished_at, coalesce(@not_before, 0), @lease_owner, @failure_code, @finish_reason,
    @bound_usd, @prefix_key, @line_bytes, @token_bound, @body_page, @body_slot, @answer_page, @answer_slot,
    CASE WHEN @lease_owner IS NOT NULL THEN @now END, CASE WHEN @state IN (1, 3) THEN NULL ELSE @state END)
