-- A cursor: rows are taken a page at a time, and payloads are read between pages.
DECLARE moved NO SCROLL CURSOR FOR
SELECT
    seq, id, identity, fingerprint, scope, profile, state::bigint, is_held, cancel_requested, route::bigint, reason, attempt::bigint, sends::bigint,
    uncertain::bigint, batch, accepted_at, deadline, escalate_at, finished_at, nullif(not_before, '-infinity'), lease_owner, failure_code, finish_reason,
    bound_usd, prefix_key, line_bytes, token_bound, body_page = 'ffffffff-ffff-ffff-ffff-ffffffffffff', body_page, body_slot, answer_page, answer_slot
FROM requests
WHERE (NOT @only_ended OR state >= 3)
ORDER BY seq
