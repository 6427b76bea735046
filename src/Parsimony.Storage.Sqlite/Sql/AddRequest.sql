INSERT INTO requests (
    seq, id, identity, fingerprint, scope, profile, state, is_held, route, reason, attempt, batch, body_page, body_slot,
    accepted_at, deadline, escalate_at, bound_usd, prefix_key, line_bytes, token_bound,
    listed_state, cancel_requested, sends, uncertain, not_before)
VALUES (
    @seq, @id, @identity, @fingerprint, @scope, @profile, @state, @is_held, @route, @reason, @attempt, @batch, @body_page, @body_slot,
    @now, @deadline, @escalate_at, @bound_usd, @prefix_key, @line_bytes, @token_bound,
    CASE @state WHEN 0 THEN 0 END, 0, 0, 0, 0)
