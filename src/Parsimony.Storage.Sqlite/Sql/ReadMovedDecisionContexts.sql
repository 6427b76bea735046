SELECT
    number, key, added_at, text
FROM decision_contexts
ORDER BY number
