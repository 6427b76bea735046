INSERT INTO ledger (
    number, request, attempt, kind, revision, scope, profile, at, route, uncached_input, cache_read, cache_write_short, cache_write_long, output,
    reasoning, images, cost_usd, upper_bound_usd, baseline_usd, saved_by_batch, saved_by_cache, saved_by_tier, saved_by_reuse, saved_by_routing,
    price_source, provider_reference, reported_usd, request_id)
SELECT
    m.number, m.request, m.attempt, m.kind, m.revision, m.scope, m.profile, m.at, m.route, m.uncached_input, m.cache_read, m.cache_write_short,
    m.cache_write_long, m.output, m.reasoning, m.images, m.cost_usd, m.upper_bound_usd, m.baseline_usd, m.saved_by_batch, m.saved_by_cache,
    m.saved_by_tier, m.saved_by_reuse, m.saved_by_routing, m.price_source, m.provider_reference, m.reported_usd, r.id
FROM unnest(
    @number_column, @request_column, @attempt_column, @kind_column, @revision_column, @scope_column, @profile_column, @at_column, @route_column,
    @uncached_input_column, @cache_read_column, @cache_write_short_column, @cache_write_long_column, @output_column, @reasoning_column, @images_column,
    @cost_usd_column, @upper_bound_usd_column, @baseline_usd_column, @saved_by_batch_column, @saved_by_cache_column, @saved_by_tier_column,
    @saved_by_reuse_column, @saved_by_routing_column, @price_source_column, @provider_reference_column, @reported_usd_column)
    m (number, request, attempt, kind, revision, scope, profile, at, route, uncached_input, cache_read, cache_write_short, cache_write_long, output, reasoning, images, cost_usd, upper_bound_usd, baseline_usd, saved_by_batch, saved_by_cache, saved_by_tier, saved_by_reuse, saved_by_routing, price_source, provider_reference, reported_usd) JOIN requests r ON r.seq = m.request
