COPY requests (
    seq, id, identity, fingerprint, scope, profile, state, listed_state, is_held, route, reason, attempt, batch, body_page, body_slot, accepted_at,
    deadline, escalate_at, bound_usd, prefix_key, line_bytes, token_bound)
FROM STDIN (FORMAT binary)
