SELECT
    number, kind, provider, model, size, duration, at
FROM observations
ORDER BY number
