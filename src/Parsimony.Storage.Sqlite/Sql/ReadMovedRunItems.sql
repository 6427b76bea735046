SELECT
    scope, position, item_id, line, sample, seq
FROM run_items
WHERE (NOT @only_ended OR seq IN (SELECT seq FROM requests WHERE state >= 3))
ORDER BY scope, position
