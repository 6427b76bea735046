SELECT seq, id, state, attempt, is_held, cancel_requested, scope, profile, bound_usd, batch, escalate_at, accepted_at, body_page = -1
FROM requests WHERE seq = @seq
