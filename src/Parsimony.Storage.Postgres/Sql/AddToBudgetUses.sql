UPDATE budget_uses u SET
    spent_usd = u.spent_usd + d.spent, unknown_bound_usd = u.unknown_bound_usd + d.unknown_bound, reserved_usd = u.reserved_usd + d.reserved,
    reached = greatest(u.reached, budget_level(
        u.spent_usd + u.unknown_bound_usd + u.reserved_usd + d.spent + d.unknown_bound + d.reserved, d.limit_usd))
FROM unnest(@budgets, @values, @starts, @spent, @unknown_bound, @reserved, @limits)
    d (budget, value, start, spent, unknown_bound, reserved, limit_usd)
WHERE u.budget = d.budget AND u.value = d.value AND u.start = d.start
