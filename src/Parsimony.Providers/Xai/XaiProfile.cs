namespace Parsimony.Providers;

/// <summary>xAI: OpenAI's words for live calls, and a batch API of its own. The facts' sources stand in README.md.</summary>
internal static class XaiProfile
{
    /// <summary>How it is called.</summary>
    public static OpenAIProfile Profile { get; } = new()
    {
        Id = ProviderId.Xai,
        TelemetryName = "x_ai",
        Address = new Uri("https://api.x.ai/v1"),
        Capabilities = new ProviderCapabilities
        {
            SupportsBatching = true,
            SupportsCaching = true,
            CacheStrategy = "automatic",
            Kinds = [EndpointKind.Chat, EndpointKind.Responses],
        },
        // Models that reason refuse penalties (https://docs.x.ai/developers/model-capabilities/text/best-practices), and which take reasoning_effort differs: a model nothing is
        // known of gets neither. The header keeps a conversation on one server (https://docs.x.ai/developers/advanced-api-usage/prompt-caching). Read 2026-11-20.
        Chat = new OpenAIChatHabits
        {
            LimitName = "max_completion_tokens",
            TakesPenalties = false,
            TakesReasoningEffort = false,
            RoutingHeader = "x-grok-conv-id",
        },
        Errors = XaiErrorReader.Instance,
        // completion_tokens leaves reasoning out, and both are billed as output (https://github.com/pydantic/genai-prices, prices/providers/x_ai.yml, read 2026-11-20).
        CountsReasoningApart = true,
        // "The exact cost you were charged", after all discounts, 10^10 ticks to the dollar (https://docs.x.ai/developers/cost-tracking, read 2026-11-21).
        ReportedUsd = static body => body.Object("usage")?.Count("cost_in_usd_ticks") is { } ticks and >= 0 ? ticks / 10_000_000_000m : null,
        OwnBatches = static parts => new XaiBatchBackend(parts),
        OwnBatchLimits = new BatchLimits
        {
            // 50,000 requests and 200 MB a file: https://docs.x.ai/developers/advanced-api-usage/batch-api, read 2026-11-20. One request may have 25 MB.
            MaxRequests = 50_000,
            MaxBytes = 200_000_000,
            // Endpoints and models may be mixed; one endpoint is all a batch of ours has.
            OneModelPerBatch = false,
            // No window is promised ("most within 24 h"), and how long a batch lives until its expire_time is not stated: UNVERIFIED.
            Window = TimeSpan.FromHours(24),
            ResultRetention = TimeSpan.FromDays(1),
            KeepsFinishedOnExpiry = true,
            OrphanSearch = OrphanSearch.ByKey,
            CancelTime = TimeSpan.FromMinutes(10),
            PollInterval = TimeSpan.FromSeconds(60),
        },
    };
}
