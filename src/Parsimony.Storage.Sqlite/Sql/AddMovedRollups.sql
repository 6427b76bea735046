INSERT INTO rollups (
    period, start, profile, route, entries, cache_hits, unknown, uncached_input, cache_read, cache_write_short, cache_write_long, output, reasoning,
    images, cost_usd, baseline_usd, saved_by_batch, saved_by_cache, saved_by_tier, saved_by_reuse, saved_by_routing, upper_bound_usd)
VALUES (
    @period, @start, @profile, @route, @entries, @cache_hits, @unknown, @uncached_input, @cache_read, @cache_write_short, @cache_write_long, @output,
    @reasoning, @images, @cost_usd, @baseline_usd, @saved_by_batch, @saved_by_cache, @saved_by_tier, @saved_by_reuse, @saved_by_routing, @upper_bound_usd)
