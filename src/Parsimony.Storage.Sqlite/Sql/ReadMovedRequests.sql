SELECT
    seq, id, nullif(identity, id), fingerprint, scope, profile, state, is_held, cancel_requested, route, reason, attempt, sends, uncertain, batch,
    accepted_at, deadline, escalate_at, finished_at, nullif(not_before, 0), lease_owner, failure_code, finish_reason, bound_usd, prefix_key, line_bytes,
    token_bound, body_page = -1, body_page, body_slot, answer_page, answer_slot
FROM requests
WHERE (NOT @only_ended OR state >= 3)
ORDER BY seq
