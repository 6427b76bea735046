-- Where each scope's entries lie, made anew.
UPDATE scopes SET first_entry = e.first, last_entry = e.last
FROM (SELECT scope, min(number) AS first, max(number) AS last FROM ledger GROUP BY scope) e WHERE scopes.id = e.scope
