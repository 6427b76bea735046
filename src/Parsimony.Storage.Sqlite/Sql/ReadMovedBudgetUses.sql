SELECT
    budget, value, start, spent_usd, unknown_bound_usd, CASE WHEN @only_ended THEN '0' ELSE reserved_usd END, reached, warned
FROM budget_uses
ORDER BY budget, value, start
