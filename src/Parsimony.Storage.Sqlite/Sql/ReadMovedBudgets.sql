SELECT
    id, dimension, value, period, limit_usd, is_hard, allow_unpriced, counts_from
FROM budgets
ORDER BY id
