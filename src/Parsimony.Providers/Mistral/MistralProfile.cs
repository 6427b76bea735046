namespace Parsimony.Providers;

/// <summary>Mistral: OpenAI's words for live calls with a few of its own, and a batch API of its own. The facts' sources stand in README.md.</summary>
internal static class MistralProfile
{
    /// <summary>How it is called.</summary>
    public static OpenAIProfile Profile { get; } = new()
    {
        Id = ProviderId.Mistral,
        TelemetryName = "mistral_ai",
        Address = new Uri("https://api.mistral.ai/v1"),
        Capabilities = new ProviderCapabilities
        {
            SupportsBatching = true,
            SupportsCaching = true,
            CacheStrategy = "automatic",
            Kinds = [EndpointKind.Chat, EndpointKind.Embeddings],
        },
        // random_seed, tool_choice any, no stream_options: public/openapi.yaml of github.com/mistralai/platform-docs-public (2026-08-21), read 2026-11-20. Members it does not
        // know are refused. The cache key: https://docs.mistral.ai/inference/conversations/advanced/prompt-caching, read 2026-11-20.
        Chat = new OpenAIChatHabits
        {
            SeedName = "random_seed",
            RequiredTool = "any",
            TakesDocumentLinks = true,
            RoutingMember = "prompt_cache_key",
            DimensionsName = "output_dimension",
            CallId = MistralCallId.Of,
            AsksForStreamUsage = false,
        },
        OwnBatches = static parts => new MistralBatchBackend(parts),
        OwnBatchLimits = new BatchLimits
        {
            // 100,000 requests and 512 MB: https://docs.mistral.ai/resources/known-limitations; the batch page knows only of 1,000,000 requests that wait in all jobs of a
            // workspace (https://docs.mistral.ai/studio-api/batch-processing). Both read 2026-11-20; where they differ, the smaller.
            MaxRequests = 100_000,
            MaxBytes = 512_000_000,
            MaxQueuedRequests = 1_000_000,
            OneModelPerBatch = true,
            Window = TimeSpan.FromHours(24),
            // The one page says a day, the other that results do not expire: the shorter.
            ResultRetention = TimeSpan.FromHours(24),
            // UNVERIFIED for a job that timed out: whatever files it names are read.
            KeepsFinishedOnExpiry = true,
            OrphanSearch = OrphanSearch.ByKey,
            CancelTime = TimeSpan.FromMinutes(10),
            PollInterval = TimeSpan.FromSeconds(60),
        },
    };
}
