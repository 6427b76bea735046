-- A cursor: rows are taken a page at a time, and payloads are read between pages.
DECLARE moved NO SCROLL CURSOR FOR
SELECT
    number, request, attempt::bigint, kind::bigint, revision::bigint, scope, profile, at, route::bigint, uncached_input, cache_read, cache_write_short,
    cache_write_long, output, reasoning, images::bigint, cost_usd, upper_bound_usd, baseline_usd, saved_by_batch, saved_by_cache, saved_by_tier,
    saved_by_reuse, saved_by_routing, price_source, provider_reference, reported_usd
FROM ledger
WHERE (NOT @only_ended OR request IN (SELECT seq FROM requests WHERE state >= 3))
ORDER BY number
