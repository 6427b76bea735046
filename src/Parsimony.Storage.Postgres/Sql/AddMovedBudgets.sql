INSERT INTO budgets (
    id, dimension, value, period, limit_usd, is_hard, allow_unpriced, counts_from)
OVERRIDING SYSTEM VALUE
SELECT
    m.id, m.dimension, m.value, m.period, m.limit_usd, m.is_hard, m.allow_unpriced, m.counts_from
FROM unnest(
    @id_column, @dimension_column, @value_column, @period_column, @limit_usd_column, @is_hard_column, @allow_unpriced_column, @counts_from_column)
    m (id, dimension, value, period, limit_usd, is_hard, allow_unpriced, counts_from)
