-- Who fills a lane, opening its batches, holds this lock: the rows of batches come and go, and are locked by number everywhere.
SELECT pg_advisory_xact_lock(l.lock) FROM (
    SELECT DISTINCT hashtextextended(concat_ws(chr(31), current_schema(), provider, credential, kind, isolation_group, model), 0) AS lock
    FROM unnest(@providers, @credentials, @kinds, @isolation_groups, @models) u (provider, credential, kind, isolation_group, model)
    ORDER BY lock) l
