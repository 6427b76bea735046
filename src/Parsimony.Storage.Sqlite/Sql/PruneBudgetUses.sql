-- No period is longer than a month. Totals, which begin in 1970, stay.
DELETE FROM budget_uses WHERE (budget, value, start) IN (
    SELECT budget, value, start FROM budget_uses WHERE start < @before - 2678400000 AND start > 0 AND reserved_usd NOT GLOB '*[1-9]*' LIMIT @max)
