INSERT INTO ledger (
    request_id, request, attempt, kind, revision, scope, profile, at, route, uncached_input, cache_read, cache_write_short, cache_write_long,
    output, reasoning, images, cost_usd, upper_bound_usd, baseline_usd, saved_by_batch, saved_by_cache, saved_by_tier, saved_by_reuse,
    saved_by_routing, price_source, provider_reference, reported_usd)
SELECT
    e.request_id, e.request, e.attempt, e.kind, e.revision, e.scope, e.profile, e.at, e.route, e.uncached_input, e.cache_read, e.cache_write_short,
    e.cache_write_long, e.output, e.reasoning, e.images, e.cost_usd, e.upper_bound_usd, e.baseline_usd, e.saved_by_batch, e.saved_by_cache,
    e.saved_by_tier, e.saved_by_reuse, e.saved_by_routing, e.price_source, e.provider_reference, e.reported_usd
FROM unnest(
    @request_ids, @requests, @attempts, @kinds, @revisions, @scopes, @profiles, @ats, @routes, @uncached_input, @cache_read, @cache_write_short,
    @cache_write_long, @output, @reasoning, @images, @cost_usd, @upper_bound_usd, @baseline_usd, @saved_by_batch, @saved_by_cache,
    @saved_by_tier, @saved_by_reuse, @saved_by_routing, @price_source, @provider_reference, @reported_usd) WITH ORDINALITY
    e (request_id, request, attempt, kind, revision, scope, profile, at, route, uncached_input, cache_read, cache_write_short, cache_write_long,
       output, reasoning, images, cost_usd, upper_bound_usd, baseline_usd, saved_by_batch, saved_by_cache, saved_by_tier, saved_by_reuse,
       saved_by_routing, price_source, provider_reference, reported_usd, place)
ORDER BY e.place
ON CONFLICT (request_id, attempt, kind, revision) DO NOTHING
RETURNING request_id, attempt
