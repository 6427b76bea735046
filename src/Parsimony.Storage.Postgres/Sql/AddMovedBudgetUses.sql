INSERT INTO budget_uses (
    budget, value, start, spent_usd, unknown_bound_usd, reserved_usd, reached, warned)
SELECT
    m.budget, m.value, m.start, m.spent_usd, m.unknown_bound_usd, m.reserved_usd, m.reached, m.warned
FROM unnest(
    @budget_column, @value_column, @start_column, @spent_usd_column, @unknown_bound_usd_column, @reserved_usd_column, @reached_column, @warned_column)
    m (budget, value, start, spent_usd, unknown_bound_usd, reserved_usd, reached, warned)
