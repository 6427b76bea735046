namespace Parsimony.Providers;

/// <summary>Builds a provider from configuration alone.</summary>
public static class ProviderFactory
{
    /// <summary>The providers that need no more than HTTP and a key. A cloud's own library brings further ones.</summary>
    public static IReadOnlyList<ProviderKind> Kinds { get; } =
    [
        new(ProviderId.Anthropic, AnthropicBatchBackend.ProviderLimits, static (connection, http, clock) => new AnthropicProvider(connection, http, clock)),
        new(ProviderId.Gemini, GeminiBatchBackend.ProviderLimits, static (connection, http, clock) => new GeminiProvider(connection, http, clock)),
        OpenAIProfiles.OpenAI.Kind,
        AzureOpenAIProfile.Profile.Kind,
        GroqProfile.Profile.Kind,
        TogetherProfile.Profile.Kind,
        OllamaProvider.Kind,
        CohereProvider.Kind,
        OpenAICompatibleProfile.Profile.Kind with
        {
            Create = static (connection, http, clock) => new OpenAIProvider(connection, http, clock, OpenAICompatibleProfile.Find(connection.Profile)),
        },
        MistralProfile.Profile.Kind,
        XaiProfile.Profile.Kind,
        FireworksProfile.Profile.Kind,
    ];

    /// <summary>The providers this library can talk to.</summary>
    public static IReadOnlyList<ProviderId> Supported { get; } = [.. Kinds.Select(kind => kind.Id)];

    /// <summary>Builds a provider.</summary>
    /// <param name="id">Which.</param>
    /// <param name="connection">How to reach it.</param>
    /// <param name="http">Makes the calls; its own timeout should be infinite and its handler must not retry. Not disposed.</param>
    /// <param name="clock">Measures time limits.</param>
    /// <exception cref="NotSupportedException">This build does not talk to it; the message names those it does.</exception>
    public static IProvider Create(ProviderId id, ProviderConnection connection, HttpClient http, TimeProvider clock) =>
        Find(id) is { } kind
            ? kind.Create(connection, http, clock)
            : throw new NotSupportedException($"{id} is not supported by this version. Supported: {string.Join(", ", Supported)}.");

    /// <summary>The batch limits of a provider's own API, before any account's; null when it is not supported here.</summary>
    public static BatchLimits? LimitsOf(ProviderId id) => Find(id)?.BatchLimits;

    /// <summary>A client for provider calls: no timeout of its own (limits are per call) and connections that are renewed.</summary>
    public static HttpClient CreateHttpClient() => new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        AutomaticDecompression = System.Net.DecompressionMethods.All,
        AllowAutoRedirect = false,
        MaxConnectionsPerServer = 64,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>What this library knows of a provider; null when it cannot talk to it.</summary>
    public static ProviderKind? Find(ProviderId id) => Kinds.FirstOrDefault(kind => kind.Id == id);
}
