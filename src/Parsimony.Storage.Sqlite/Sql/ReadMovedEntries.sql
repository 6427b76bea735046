SELECT
    number, request, attempt, kind, revision, scope, profile, at, route, uncached_input, cache_read, cache_write_short, cache_write_long, output,
    reasoning, images, cost_usd, upper_bound_usd, baseline_usd, saved_by_batch, saved_by_cache, saved_by_tier, saved_by_reuse, saved_by_routing,
    price_source, provider_reference, reported_usd
FROM ledger
WHERE (NOT @only_ended OR request IN (SELECT seq FROM requests WHERE state >= 3))
ORDER BY number
