SELECT
    id, provider, credential, reference, noted_at, nullif(clean_after, 0)
FROM leftovers
ORDER BY id
