SELECT budget, value, start, spent_usd, unknown_bound_usd, reserved_usd, reached FROM budget_uses
WHERE reached > warned ORDER BY budget LIMIT @max
