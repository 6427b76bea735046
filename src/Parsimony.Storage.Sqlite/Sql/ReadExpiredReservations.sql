SELECT id, scope, profile, bound_usd, accepted_at, expires_at FROM budget_reservations
WHERE expires_at <= @now ORDER BY expires_at LIMIT @max
