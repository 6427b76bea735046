-- Contexts are held until the commit, so that none is pruned in between. A row whose context is not there is not added.
WITH held AS (SELECT number, key FROM decision_contexts WHERE key = ANY(@keys) FOR KEY SHARE)
INSERT INTO decisions (first, last, context, reason, route, decided_at, inputs)
SELECT d.first, d.last, h.number, d.reason, d.route, d.decided_at, d.inputs
FROM unnest(@keys, @firsts, @lasts, @reasons, @routes, @decided_at, @inputs) d (key, first, last, reason, route, decided_at, inputs)
JOIN held h ON h.key = d.key
ON CONFLICT DO NOTHING
