WITH due AS (
    SELECT budget, value, start FROM budget_uses WHERE reached > warned ORDER BY budget, value, start LIMIT @max FOR UPDATE SKIP LOCKED)
UPDATE budget_uses u SET warned = u.reached
FROM due d WHERE u.budget = d.budget AND u.value = d.value AND u.start = d.start
RETURNING u.budget, u.value, u.start, u.spent_usd, u.unknown_bound_usd, u.reserved_usd, u.warned
