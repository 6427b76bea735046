INSERT INTO rollups AS r (
    period, start, profile, route, entries, cache_hits, unknown, uncached_input, cache_read, cache_write_short, cache_write_long, output, reasoning, images,
    cost_usd, baseline_usd, saved_by_batch, saved_by_cache, saved_by_tier, saved_by_reuse, saved_by_routing, upper_bound_usd)
SELECT * FROM unnest(
    @period, @start, @profile, @route, @entries, @cache_hits, @unknown, @uncached_input, @cache_read, @cache_write_short, @cache_write_long, @output,
    @reasoning, @images, @cost_usd, @baseline_usd, @saved_by_batch, @saved_by_cache, @saved_by_tier, @saved_by_reuse, @saved_by_routing, @upper_bound_usd)
ON CONFLICT (period, start, profile, route) DO UPDATE SET
    entries = r.entries + excluded.entries, cache_hits = r.cache_hits + excluded.cache_hits, unknown = r.unknown + excluded.unknown,
    uncached_input = r.uncached_input + excluded.uncached_input, cache_read = r.cache_read + excluded.cache_read,
    cache_write_short = r.cache_write_short + excluded.cache_write_short, cache_write_long = r.cache_write_long + excluded.cache_write_long,
    output = r.output + excluded.output, reasoning = r.reasoning + excluded.reasoning, images = r.images + excluded.images,
    cost_usd = r.cost_usd + excluded.cost_usd, baseline_usd = r.baseline_usd + excluded.baseline_usd,
    saved_by_batch = r.saved_by_batch + excluded.saved_by_batch, saved_by_cache = r.saved_by_cache + excluded.saved_by_cache,
    saved_by_tier = r.saved_by_tier + excluded.saved_by_tier, saved_by_reuse = r.saved_by_reuse + excluded.saved_by_reuse,
    saved_by_routing = r.saved_by_routing + excluded.saved_by_routing, upper_bound_usd = r.upper_bound_usd + excluded.upper_bound_usd
