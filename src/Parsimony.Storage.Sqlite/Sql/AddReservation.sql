INSERT INTO budget_reservations (id, scope, profile, bound_usd, accepted_at, expires_at)
VALUES (@id, @scope, @profile, @bound_usd, @accepted_at, @expires_at)
ON CONFLICT (id) DO NOTHING
