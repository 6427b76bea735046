SELECT seq, profile, route, bound_usd, escalate_at, line_bytes, token_bound
FROM requests INDEXED BY requests_held
WHERE is_held = 1 AND scope = @scope AND (NOT @only_bounded OR bound_usd IS NOT NULL)
ORDER BY seq LIMIT @max
