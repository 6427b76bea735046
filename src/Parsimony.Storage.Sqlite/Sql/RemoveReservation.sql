DELETE FROM budget_reservations WHERE id = @id RETURNING profile, bound_usd, accepted_at
