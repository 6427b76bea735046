-- One that somebody is moving is passed over: whoever admits waits for no request.
SELECT seq, profile, route, bound_usd, escalate_at, line_bytes, token_bound
FROM requests
WHERE is_held AND (NOT @only_bounded OR bound_usd IS NOT NULL) AND scope = @scope
ORDER BY seq LIMIT @max FOR UPDATE SKIP LOCKED
