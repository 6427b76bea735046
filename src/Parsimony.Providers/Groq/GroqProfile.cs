namespace Parsimony.Providers;

/// <summary>Groq (https://console.groq.com/docs/batch, /docs/openai, /docs/prompt-caching, read 2026-11-20).</summary>
internal static class GroqProfile
{
    public static OpenAIProfile Profile { get; } = new()
    {
        Id = ProviderId.Groq,
        TelemetryName = "groq",
        Address = new Uri("https://api.groq.com/openai/v1"),
        Capabilities = new ProviderCapabilities
        {
            SupportsBatching = true,
            SupportsCaching = true,
            CacheStrategy = "automatic",
            Kinds = [EndpointKind.Chat, EndpointKind.Responses],
        },
        // A speaker's name is refused with 400; no field keeps a prefix on one machine.
        Chat = new OpenAIChatHabits { LimitName = "max_completion_tokens" },
        Batches = new OpenAIBatchProfile
        {
            // Besides chat only sound is batched.
            Kinds = [EndpointKind.Chat],
            Paging = OpenAIPaging.Cursor,
            LongestWindow = TimeSpan.FromDays(7),
            Limits = new BatchLimits
            {
                // The page says 200 MB, the SDK's texts 100 MB: the page is newer. Whether MB means 10^6 or 2^20 is UNVERIFIED: the smaller.
                MaxRequests = 50_000,
                MaxBytes = 200_000_000,
                // The page shows a file with several models.
                OneModelPerBatch = false,
                // What is late goes live, so the shortest is asked for where nothing is configured.
                Window = TimeSpan.FromHours(24),
                // "Up to 30 days; may be deleted earlier."
                ResultRetention = TimeSpan.FromDays(30),
                KeepsFinishedOnExpiry = true,
                OrphanSearch = OrphanSearch.ByKey,
                CancelTime = TimeSpan.FromMinutes(10),
            },
        },
    };
}
