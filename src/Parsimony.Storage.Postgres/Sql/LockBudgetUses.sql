SELECT u.budget, u.value, u.start, u.spent_usd, u.unknown_bound_usd, u.reserved_usd, u.warned
FROM budget_uses u JOIN unnest(@budgets, @values, @starts) k (budget, value, start) ON u.budget = k.budget AND u.value = k.value AND u.start = k.start
-- Always in this order: two transactions that want the same rows wait for each other and never in a circle.
ORDER BY u.budget, u.value, u.start FOR UPDATE OF u
