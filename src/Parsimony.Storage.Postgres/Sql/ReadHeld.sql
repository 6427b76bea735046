-- One that somebody is moving is passed over: whoever admits waits for no request.
-- A range of one scope, so that only the index of held requests has the order: by the primary key, all that was ever accepted would be read.
SELECT seq, profile, route, bound_usd, escalate_at, line_bytes, token_bound
FROM requests
WHERE is_held AND (NOT @only_bounded OR bound_usd IS NOT NULL) AND scope BETWEEN @scope AND @scope
ORDER BY scope, seq LIMIT @max FOR UPDATE SKIP LOCKED
