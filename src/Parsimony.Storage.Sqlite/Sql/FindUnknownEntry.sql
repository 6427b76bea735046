-- What a correction makes known; nothing when an earlier correction did.
SELECT at, route, upper_bound_usd, uncached_input IS NOT NULL FROM ledger e
WHERE request = @request AND attempt = @attempt AND kind <> 4 AND cost_usd IS NULL
  AND NOT EXISTS (SELECT 1 FROM ledger c WHERE c.request = e.request AND c.attempt = e.attempt AND c.kind = 4 AND c.cost_usd IS NOT NULL)
ORDER BY number LIMIT 1
