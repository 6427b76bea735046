SELECT name, total, answered, failed, expired, cancelled, held, spent_usd, unknown_bound_usd, reserved_usd, max_cost_usd FROM scopes WHERE name = @name
