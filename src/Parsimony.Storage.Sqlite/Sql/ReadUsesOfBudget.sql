SELECT budget, value, start, spent_usd, unknown_bound_usd, reserved_usd, warned FROM budget_uses WHERE budget = @budget
