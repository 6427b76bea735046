DELETE FROM budget_reservations WHERE id = ANY (@ids) RETURNING profile, bound_usd, accepted_at
