INSERT INTO rollups (
    period, start, profile, route, entries, cache_hits, unknown, uncached_input, cache_read, cache_write_short, cache_write_long, output, reasoning,
    images, cost_usd, baseline_usd, saved_by_batch, saved_by_cache, saved_by_tier, saved_by_reuse, saved_by_routing, upper_bound_usd)
SELECT
    m.period, m.start, m.profile, m.route, m.entries, m.cache_hits, m.unknown, m.uncached_input, m.cache_read, m.cache_write_short, m.cache_write_long,
    m.output, m.reasoning, m.images, m.cost_usd, m.baseline_usd, m.saved_by_batch, m.saved_by_cache, m.saved_by_tier, m.saved_by_reuse,
    m.saved_by_routing, m.upper_bound_usd
FROM unnest(
    @period_column, @start_column, @profile_column, @route_column, @entries_column, @cache_hits_column, @unknown_column, @uncached_input_column,
    @cache_read_column, @cache_write_short_column, @cache_write_long_column, @output_column, @reasoning_column, @images_column, @cost_usd_column,
    @baseline_usd_column, @saved_by_batch_column, @saved_by_cache_column, @saved_by_tier_column, @saved_by_reuse_column, @saved_by_routing_column,
    @upper_bound_usd_column)
    m (period, start, profile, route, entries, cache_hits, unknown, uncached_input, cache_read, cache_write_short, cache_write_long, output, reasoning, images, cost_usd, baseline_usd, saved_by_batch, saved_by_cache, saved_by_tier, saved_by_reuse, saved_by_routing, upper_bound_usd)
