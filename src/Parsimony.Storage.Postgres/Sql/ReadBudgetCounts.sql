-- What open requests, live calls under way and the ledger say, by profile and day of acceptance. An unknown cost counts until a correction makes it known.
SELECT c.profile, c.day, sum(c.spent), sum(c.unknown_bound), sum(c.reserved)
FROM (
    SELECT r.profile, date_trunc('day', r.accepted_at, 'UTC') AS day, 0 AS spent, 0 AS unknown_bound, r.bound_usd AS reserved
    FROM requests r WHERE r.accepted_at >= @since AND r.state < 3 AND r.bound_usd IS NOT NULL
    UNION ALL
    SELECT v.profile, date_trunc('day', v.accepted_at, 'UTC'), 0, 0, v.bound_usd
    FROM budget_reservations v WHERE v.accepted_at >= @since AND v.bound_usd IS NOT NULL
    UNION ALL
    SELECT r.profile, date_trunc('day', r.accepted_at, 'UTC'), coalesce(l.cost_usd, 0),
        CASE
            WHEN l.cost_usd IS NOT NULL THEN 0
            WHEN l.kind <> 4
                AND (
                    SELECT min(c.number) FROM ledger c
                    WHERE c.request_id = l.request_id AND c.attempt = l.attempt AND c.kind = 4 AND c.cost_usd IS NOT NULL) > l.number
                AND NOT EXISTS (
                    SELECT 1 FROM ledger e WHERE e.request_id = l.request_id AND e.attempt = l.attempt AND e.kind <> 4 AND e.cost_usd IS NULL AND e.number < l.number)
                THEN 0
            ELSE coalesce(l.upper_bound_usd, 0)
        END, 0
    FROM requests r JOIN ledger l ON l.request_id = r.id WHERE r.accepted_at >= @since) c
GROUP BY c.profile, c.day
