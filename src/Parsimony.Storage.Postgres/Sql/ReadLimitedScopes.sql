-- And in every row the version of the budgets, which stay as they are from here.
SELECT budgets_version(), s.id
FROM (VALUES (0)) one LEFT JOIN scopes s ON s.id = ANY (@ids) AND s.max_cost_usd IS NOT NULL
