SELECT id, scope, profile, bound_usd, accepted_at, expires_at FROM budget_reservations
WHERE expires_at <= coalesce(@clock, clock_timestamp()) ORDER BY expires_at LIMIT @max
