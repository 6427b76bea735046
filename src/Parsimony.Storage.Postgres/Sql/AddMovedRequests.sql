INSERT INTO requests (
    seq, id, identity, fingerprint, scope, profile, state, is_held, cancel_requested, route, reason, attempt, sends, uncertain, batch, accepted_at,
    deadline, escalate_at, finished_at, not_before, lease_owner, failure_code, finish_reason, bound_usd, prefix_key, line_bytes, token_bound, body_page,
    body_slot, answer_page, answer_slot, lease_until, listed_state)
SELECT
    m.seq, m.id, m.identity, m.fingerprint, m.scope, m.profile, m.state, m.is_held, m.cancel_requested, m.route, m.reason, m.attempt, m.sends,
    m.uncertain, m.batch, m.accepted_at, m.deadline, m.escalate_at, m.finished_at, coalesce(m.not_before, '-infinity'), m.lease_owner, m.failure_code,
    m.finish_reason, m.bound_usd, m.prefix_key, m.line_bytes, m.token_bound, m.body_page, m.body_slot, m.answer_page, m.answer_slot,
    CASE WHEN m.lease_owner IS NOT NULL THEN @now END, CASE WHEN m.state IN (1, 3) THEN NULL ELSE m.state END
FROM unnest(
    @seq_column, @id_column, @identity_column, @fingerprint_column, @scope_column, @profile_column, @state_column, @is_held_column,
    @cancel_requested_column, @route_column, @reason_column, @attempt_column, @sends_column, @uncertain_column, @batch_column, @accepted_at_column,
    @deadline_column, @escalate_at_column, @finished_at_column, @not_before_column, @lease_owner_column, @failure_code_column, @finish_reason_column,
    @bound_usd_column, @prefix_key_column, @line_bytes_column, @token_bound_column, @body_pages, @body_slots, @answer_pages, @answer_slots)
    m (seq, id, identity, fingerprint, scope, profile, state, is_held, cancel_requested, route, reason, attempt, sends, uncertain, batch, accepted_at, deadline, escalate_at, finished_at, not_before, lease_owner, failure_code, finish_reason, bound_usd, prefix_key, line_bytes, token_bound, body_page, body_slot, answer_page, answer_slot)
