SELECT
    name, value
FROM secrets
ORDER BY name
