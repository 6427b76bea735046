namespace Parsimony.Providers;

/// <summary>Any server that speaks OpenAI's words. What it can do is found out: batches are probed when first used, and calls are made live where it has none.</summary>
internal static class OpenAICompatibleProfile
{
    /// <summary>A server nothing is known of.</summary>
    public static OpenAIProfile Profile { get; } = new()
    {
        Id = ProviderId.OpenAICompatible,
        TelemetryName = "openai",
        NeedsKey = false,
        Capabilities = new ProviderCapabilities
        {
            SupportsBatching = true,
            SupportsCaching = true,
            CacheStrategy = "automatic",
            Kinds = [EndpointKind.Chat, EndpointKind.Embeddings],
        },
        Chat = OpenAIChatHabits.Default,
        Batches = new OpenAIBatchProfile
        {
            Kinds = [EndpointKind.Chat, EndpointKind.Embeddings],
            IsProbed = true,
            Limits = Limits(50_000, 100_000_000),
        },
    };

    // What a server does its own way, by the name a configuration gives as profile. Sources: each provider's batch page, read 2026-11-20.
    private static readonly Dictionary<string, OpenAIProfile> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        // https://docs.doubleword.ai/batches/getting-started-with-batched-api and doublewordai/control-layer (2026-08-21): ids of 64 characters, 200 MB, metadata.
        ["doubleword"] = Of(Batches(Limits(50_000, 200_000_000)) with { Kinds = [EndpointKind.Chat, EndpointKind.Responses, EndpointKind.Embeddings] }),
        // https://platform.kimi.ai/docs/api/batch-list: windows of 12h, 1d, 3d; chat only. Numbers of lines and bytes UNVERIFIED: OpenAI's.
        ["moonshot"] = Of(Batches(Limits(50_000, 100_000_000)) with { Kinds = [EndpointKind.Chat], Window = "1d" }),
        // https://www.alibabacloud.com/help/en/model-studio/batch-interfaces-compatible-with-openai: 50,000 lines, 500 MB, one model a file; metadata UNVERIFIED, so none is sent.
        ["dashScope"] = Of(Batches(Limits(50_000, 500_000_000)) with { TakesMetadata = false }),
        // https://docs.bigmodel.cn/cn/faq/batch-api-issues: 50,000 lines, 100 MB; urls begin with /v4.
        ["zhipu"] = Of(Batches(Limits(50_000, 100_000_000)) with { Kinds = [EndpointKind.Chat], UrlPrefix = "/v4", EndpointPrefix = "/v4" }),
        // https://api-docs.deepseek.com, https://docs.litellm.ai/docs/providers/vllm_batches, https://github.com/ggml-org/llama.cpp, https://lmstudio.ai/docs: no batches.
        ["deepSeek"] = Of(null),
        ["vLLM"] = Of(null, OpenAIChatHabits.Default with { TakesTopK = true }),
        ["llamaCpp"] = Of(null, OpenAIChatHabits.Default with { TakesTopK = true, TakesLinks = false }),
        ["lmStudio"] = Of(null),
    };

    /// <summary>The names of the profiles.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>The profile of a connection.</summary>
    /// <exception cref="ArgumentException">There is no profile of this name.</exception>
    public static OpenAIProfile Find(string? name) => name is null
        ? Profile
        : Known.GetValueOrDefault(name) ?? throw new ArgumentException($"There is no profile '{name}' of openAICompatible; there are {string.Join(", ", Names)}.", nameof(name));

    private static OpenAIProfile Of(OpenAIBatchProfile? batches, OpenAIChatHabits? chat = null) => Profile with
    {
        Batches = batches,
        Chat = chat ?? Profile.Chat,
        Capabilities = Profile.Capabilities with
        {
            SupportsBatching = batches is not null,
            Kinds = [.. Profile.Capabilities.Kinds.Union(batches?.Kinds ?? [])],
        },
    };

    private static OpenAIBatchProfile Batches(BatchLimits limits) => new() { Limits = limits, Kinds = [EndpointKind.Chat, EndpointKind.Embeddings] };

    private static BatchLimits Limits(int requests, long bytes) => new()
    {
        MaxRequests = requests,
        MaxBytes = bytes,
        OneModelPerBatch = true,
        Window = TimeSpan.FromHours(24),
        // Not known of a server in general: UNVERIFIED.
        ResultRetention = TimeSpan.FromDays(7),
        KeepsFinishedOnExpiry = true,
        OrphanSearch = OrphanSearch.ByKey,
    };
}
