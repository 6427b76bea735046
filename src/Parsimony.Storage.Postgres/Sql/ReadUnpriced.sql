SELECT * FROM stored_entries e
WHERE number > @after AND cost_usd IS NULL AND uncached_input IS NOT NULL AND kind <> 4
  AND NOT EXISTS (SELECT 1 FROM ledger c WHERE c.request_id = e.request_id AND c.attempt = e.attempt AND c.kind = 4)
ORDER BY number LIMIT @max
