-- A cursor: rows are taken a page at a time, and payloads are read between pages.
DECLARE moved NO SCROLL CURSOR FOR
SELECT
    id, dimension::bigint, value, period::bigint, limit_usd, is_hard, allow_unpriced, counts_from
FROM budgets
ORDER BY id
