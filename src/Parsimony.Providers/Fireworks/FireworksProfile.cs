namespace Parsimony.Providers;

/// <summary>Fireworks: OpenAI's words for live calls, datasets and jobs for batches. The facts' sources stand in README.md.</summary>
internal static class FireworksProfile
{
    /// <summary>How it is called. Its batches need the account's id (<see cref="CloudPlace.Account"/>); without one there are none.</summary>
    public static OpenAIProfile Profile { get; } = new()
    {
        Id = ProviderId.Fireworks,
        TelemetryName = "fireworks",
        Address = new Uri("https://api.fireworks.ai/inference/v1"),
        Capabilities = new ProviderCapabilities
        {
            SupportsBatching = true,
            SupportsCaching = true,
            CacheStrategy = "automatic",
            Kinds = [EndpointKind.Chat, EndpointKind.Embeddings],
        },
        // top_k, prompt_cache_key: github.com/fw-ai-external/python-sdk, src/fireworks/types/chat (2026-07-21), read 2026-11-20.
        Chat = new OpenAIChatHabits { TakesTopK = true, RoutingMember = "prompt_cache_key", ModelName = FireworksNames.Model },
        // 412 says mostly that the account is suspended, and no request to it will work: https://docs.fireworks.ai/guides/inference-error-codes, read 2026-11-21. The same
        // status of an adapter that could not be loaded cannot be told apart.
        Errors = new OpenAIErrorReader { OwnStatuses = new Dictionary<int, FailureCause> { [412] = FailureCause.Billing } },
        OwnBatches = static parts => parts.Connection.Cloud?.Account is { Length: > 0 } account ? new FireworksBatchBackend(parts, account) : null,
        OwnBatchLimits = new BatchLimits
        {
            // No most is documented for requests; 500 MB (2025) or 1 GB (2026) of input: https://docs.fireworks.ai/guides/batch-inference, read 2026-11-20. The smaller one, and as
            // many lines as others take.
            MaxRequests = 100_000,
            MaxBytes = 500_000_000,
            OneModelPerBatch = true,
            Window = TimeSpan.FromHours(24),
            // How long datasets are kept is UNVERIFIED.
            ResultRetention = TimeSpan.FromDays(7),
            KeepsFinishedOnExpiry = true,
            OrphanSearch = OrphanSearch.ByKey,
            // A job that is deleted is gone at once.
            CancelTime = TimeSpan.FromMinutes(1),
            PollInterval = TimeSpan.FromSeconds(60),
        },
    };
}
