-- No period is longer than a month. Totals, which begin in 1970, stay.
WITH old AS (
    SELECT budget, value, start FROM budget_uses
    WHERE start < @before - interval '31 days' AND start > '1970-01-01T00:00:00Z' AND reserved_usd = 0 LIMIT @max FOR UPDATE SKIP LOCKED)
DELETE FROM budget_uses u USING old o WHERE u.budget = o.budget AND u.value = o.value AND u.start = o.start
