INSERT INTO budget_reservations (id, scope, profile, bound_usd, accepted_at, expires_at)
VALUES (@id, @scope, @profile, @bound_usd, @accepted_at, @kept_for + coalesce(@clock, clock_timestamp()))
ON CONFLICT (id) DO NOTHING
