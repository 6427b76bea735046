-- Requests that have not ended, and live calls under way, with the day they were accepted on.
SELECT profile, accepted_at, bound_usd FROM requests WHERE accepted_at >= @since AND state < 3 AND bound_usd IS NOT NULL
UNION ALL
SELECT profile, accepted_at, bound_usd FROM budget_reservations WHERE accepted_at >= @since AND bound_usd IS NOT NULL
