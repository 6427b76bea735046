SELECT
    id, name, description, started_at, CASE WHEN @only_ended THEN answered + failed + expired + cancelled ELSE total END, answered, failed, expired,
    cancelled, CASE WHEN @only_ended THEN 0 ELSE held END, spent_usd, unknown_bound_usd, CASE WHEN @only_ended THEN '0' ELSE reserved_usd END,
    max_cost_usd
FROM scopes
ORDER BY id
