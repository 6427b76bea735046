namespace Parsimony.Providers;

/// <summary>
/// Azure OpenAI by its <c>/openai/v1</c> surface (https://github.com/MicrosoftDocs/azure-ai-docs, articles/foundry/openai: batch REST page of 2026-08-14,
/// limits and how-to pages of 2026-03 to 2026-08, read 2026-11-20). The model of a request is the name of a deployment.
/// </summary>
internal static class AzureOpenAIProfile
{
    public static OpenAIProfile Profile { get; } = new()
    {
        Id = ProviderId.AzureOpenAI,
        TelemetryName = "azure.ai.openai",
        Root = "/openai/v1",
        KeyHeader = "api-key",
        Capabilities = new ProviderCapabilities
        {
            SupportsBatching = true,
            SupportsCaching = true,
            CacheStrategy = "automatic",
            Kinds = [EndpointKind.Chat, EndpointKind.Responses, EndpointKind.Embeddings],
        },
        Chat = OpenAIChatHabits.OpenAI,
        Batches = new OpenAIBatchProfile
        {
            Kinds = [EndpointKind.Chat, EndpointKind.Responses],
            // Without an expiry a resource holds 500 input files, with one 10,000; 14 days is the shortest there is.
            UploadFields = [("expires_after[seconds]", "1209600"), ("expires_after[anchor]", "created_at")],
            WaitsForFile = true,
            EndpointPrefix = "",
            Limits = new BatchLimits
            {
                MaxRequests = 100_000,
                MaxBytes = 200_000_000,
                OneModelPerBatch = true,
                // A target, not an end: late jobs run on until they are cancelled. The engine's own deadline decides.
                Window = TimeSpan.FromHours(24),
                // Kept until deleted; UNVERIFIED, so no longer than OpenAI's is counted on.
                ResultRetention = TimeSpan.FromDays(30),
                KeepsFinishedOnExpiry = true,
                OrphanSearch = OrphanSearch.ByKey,
                CancelTime = TimeSpan.FromMinutes(10),
            },
        },
    };
}
