-- What a correction makes known; nothing when an earlier correction did.
SELECT DISTINCT ON (u.place) (u.place - 1)::integer, e.at, e.route, e.upper_bound_usd, e.uncached_input IS NOT NULL
FROM unnest(@request_ids, @attempts) WITH ORDINALITY u (request_id, attempt, place)
JOIN ledger e ON e.request_id = u.request_id AND e.attempt = u.attempt AND e.kind <> 4 AND e.cost_usd IS NULL
WHERE NOT EXISTS (
    SELECT 1 FROM ledger c WHERE c.request_id = u.request_id AND c.attempt = u.attempt AND c.kind = 4 AND c.cost_usd IS NOT NULL)
ORDER BY u.place, e.number
