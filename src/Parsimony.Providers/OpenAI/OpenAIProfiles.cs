namespace Parsimony.Providers;

/// <summary>The providers that speak OpenAI's words.</summary>
internal static class OpenAIProfiles
{
    /// <summary>OpenAI itself.</summary>
    public static OpenAIProfile OpenAI { get; } = new()
    {
        Id = ProviderId.OpenAI,
        TelemetryName = "openai",
        Address = new Uri("https://api.openai.com/v1"),
        Capabilities = new ProviderCapabilities
        {
            SupportsBatching = true,
            SupportsCaching = true,
            CacheStrategy = "automatic",
            Kinds = [EndpointKind.Chat, EndpointKind.Responses, EndpointKind.Embeddings, EndpointKind.Images],
        },
        Chat = OpenAIChatHabits.OpenAI,
        Batches = new OpenAIBatchProfile
        {
            Limits = new BatchLimits
            {
                // 50,000 requests, 200 MB and 24 h: https://platform.openai.com/docs/guides/batch, read 2026-11-12. Whether MB means 10^6 or 2^20 is UNVERIFIED: the smaller.
                // Queued tokens per model depend on the account and are told by no call.
                MaxRequests = 50_000,
                MaxBytes = 200_000_000,
                OneModelPerBatch = true,
                Window = TimeSpan.FromHours(24),
                // Output files are deleted 30 days after completion, unless told otherwise: the same page.
                ResultRetention = TimeSpan.FromDays(30),
                KeepsFinishedOnExpiry = true,
                OrphanSearch = OrphanSearch.ByKey,
                CancelTime = TimeSpan.FromMinutes(10),
                PollInterval = TimeSpan.FromSeconds(60),
            },
        },
    };
}
