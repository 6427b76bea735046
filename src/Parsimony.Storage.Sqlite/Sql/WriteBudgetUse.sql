-- Money is text, so its sums and the level they reach are made by the caller.
INSERT INTO budget_uses (budget, value, start, spent_usd, unknown_bound_usd, reserved_usd, reached, warned)
VALUES (@budget, @value, @start, @spent_usd, @unknown_bound_usd, @reserved_usd, @reached, 0)
ON CONFLICT (budget, value, start) DO UPDATE SET
    spent_usd = excluded.spent_usd, unknown_bound_usd = excluded.unknown_bound_usd, reserved_usd = excluded.reserved_usd, reached = excluded.reached
