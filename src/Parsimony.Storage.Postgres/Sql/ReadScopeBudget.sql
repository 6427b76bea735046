SELECT max_cost_usd, spent_usd, unknown_bound_usd, reserved_usd, held FROM scopes WHERE id = @id
