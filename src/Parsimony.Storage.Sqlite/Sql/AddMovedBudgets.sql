INSERT INTO budgets (
    id, dimension, value, period, limit_usd, is_hard, allow_unpriced, counts_from)
VALUES (
    @id, @dimension, @value, @period, @limit_usd, @is_hard, @allow_unpriced, @counts_from)
