INSERT INTO budget_uses (
    budget, value, start, spent_usd, unknown_bound_usd, reserved_usd, reached, warned)
VALUES (
    @budget, @value, @start, @spent_usd, @unknown_bound_usd, @reserved_usd, @reached, @warned)
