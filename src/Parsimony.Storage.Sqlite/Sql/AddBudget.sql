INSERT INTO budgets (dimension, value, period, limit_usd, is_hard, allow_unpriced, counts_from)
VALUES (@dimension, @value, @period, @limit_usd, @is_hard, @allow_unpriced, @counts_from)
