SELECT
    first, last, context, reason, route, decided_at, inputs
FROM decisions
WHERE (NOT @only_ended OR last <= (SELECT coalesce(max(seq), 0) FROM requests WHERE state >= 3))
ORDER BY first
