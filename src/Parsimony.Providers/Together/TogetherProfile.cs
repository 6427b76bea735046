namespace Parsimony.Providers;

/// <summary>Together AI (https://docs.together.ai/docs/batch-inference.md, /reference/batch-create, togethercomputer/openapi of 2026-04-28, read 2026-11-20).</summary>
internal static class TogetherProfile
{
    public static OpenAIProfile Profile { get; } = new()
    {
        Id = ProviderId.Together,
        TelemetryName = "together_ai",
        Address = new Uri("https://api.together.ai/v1"),
        Capabilities = new ProviderCapabilities
        {
            SupportsBatching = true,
            SupportsCaching = true,
            CacheStrategy = "automatic",
            Kinds = [EndpointKind.Chat, EndpointKind.Embeddings],
        },
        Chat = new OpenAIChatHabits { TakesTopK = true },
        // 403 says that prompt and max_tokens are over the model's context: https://docs.together.ai/docs/error-codes, read 2026-11-21.
        Errors = new OpenAIErrorReader { OwnStatuses = new Dictionary<int, FailureCause> { [403] = FailureCause.TooLarge } },
        Batches = new OpenAIBatchProfile
        {
            Kinds = [EndpointKind.Chat],
            UploadPath = "files/upload",
            FilePurpose = "batch-api",
            UploadFields = [("file_name", "batch.jsonl"), ("file_type", "jsonl")],
            NamesUrl = false,
            TakesMetadata = false,
            Paging = OpenAIPaging.None,
            Limits = new BatchLimits
            {
                MaxRequests = 50_000,
                MaxBytes = 100_000_000,
                // One page speaks of a model per job: UNVERIFIED, so no two are mixed.
                OneModelPerBatch = true,
                MaxQueuedTokens = 30_000_000_000,
                Window = TimeSpan.FromHours(24),
                // Not documented: UNVERIFIED.
                ResultRetention = TimeSpan.FromDays(7),
                KeepsFinishedOnExpiry = true,
                // By the input file's id, which is a new one for each upload: there is no metadata.
                OrphanSearch = OrphanSearch.ByKey,
                PollInterval = TimeSpan.FromSeconds(60),
            },
        },
    };
}
