SELECT
    id, text
FROM phrases
ORDER BY id
