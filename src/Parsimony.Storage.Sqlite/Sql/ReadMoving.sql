SELECT seq, id, state, attempt, is_held, cancel_requested, scope, profile, bound_usd, batch, escalate_at, accepted_at
FROM requests WHERE seq = @seq
