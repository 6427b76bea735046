-- Entries by the day their requests were accepted on. An unknown cost counts until a correction makes it known.
SELECT r.profile, r.accepted_at, l.cost_usd,
    CASE
        WHEN l.cost_usd IS NOT NULL THEN NULL
        WHEN l.kind <> 4
            AND (
                SELECT min(c.number) FROM ledger c WHERE c.request = l.request AND c.attempt = l.attempt AND c.kind = 4 AND c.cost_usd IS NOT NULL) > l.number
            AND NOT EXISTS (
                SELECT 1 FROM ledger e WHERE e.request = l.request AND e.attempt = l.attempt AND e.kind <> 4 AND e.cost_usd IS NULL AND e.number < l.number)
        THEN NULL
        ELSE l.upper_bound_usd
    END
FROM ledger l CROSS JOIN requests r ON r.seq = l.request
WHERE r.accepted_at >= @since
