SELECT spent_usd, unknown_bound_usd, reserved_usd, reached FROM budget_uses WHERE budget = @budget AND value = @value AND start = @start
