SELECT name, total, answered, failed, expired, cancelled, held, spent_usd, unknown_bound_usd, reserved_usd, max_cost_usd, description, started_at
FROM scopes ORDER BY started_at DESC, id DESC LIMIT @max
