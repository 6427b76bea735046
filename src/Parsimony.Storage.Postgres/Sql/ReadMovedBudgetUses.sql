-- A cursor: rows are taken a page at a time, and payloads are read between pages.
DECLARE moved NO SCROLL CURSOR FOR
SELECT
    budget, value, start, spent_usd, unknown_bound_usd, CASE WHEN @only_ended THEN 0 ELSE reserved_usd END, reached::bigint, warned::bigint
FROM budget_uses
ORDER BY budget, value, start
