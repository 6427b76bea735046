using System.Globalization;

namespace Parsimony.Providers;

/// <summary>How to reach a provider: key, address, place in a cloud, and the account's own limits. Never shown with its key.</summary>
public sealed record ProviderConnection
{
    /// <summary>The key; empty where there is none, or where <see cref="Authorizer"/> takes its place. Kept in memory only.</summary>
    public string ApiKey { get; init; } = "";

    /// <summary>What signs each request in place of a key: a cloud's own credentials. Null for the key.</summary>
    public IRequestAuthorizer? Authorizer { get; init; }

    /// <summary>What an OpenAI-compatible server does its own way, by name (<c>doubleword</c>, <c>vLLM</c> and others); null for one nothing is known of.</summary>
    public string? Profile { get; init; }

    /// <summary>Where in its cloud the provider is; null for providers that are in none.</summary>
    public CloudPlace? Cloud { get; init; }

    /// <summary>Base address; null for the provider's own. For OpenAI it ends in <c>/v1</c>, for Anthropic it does not.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The name rows store for this credential.</summary>
    public string CredentialName { get; init; } = "default";

    /// <summary>The region the account keeps its data in, in lower case; null when nobody said. Requests constrained to a region go through a connection that names it, and no other.</summary>
    public string? Region { get; init; }

    /// <summary>Most requests in a batch; null for the provider's limit.</summary>
    public int? MaxBatchRequests { get; init; }

    /// <summary>Most bytes of a batch; null for the provider's limit.</summary>
    public long? MaxBatchBytes { get; init; }

    /// <summary>Most requests waiting in all batches of the account; null for the provider's documented value.</summary>
    public long? MaxQueuedRequests { get; init; }

    /// <summary>Most input tokens waiting in all batches of a model; null for none: accounts differ, and no API tells.</summary>
    public long? MaxQueuedTokens { get; init; }

    /// <summary>Most batches of the account that have not ended; null for the provider's documented value.</summary>
    public int? MaxOpenBatches { get; init; }

    /// <summary>After how long the provider ends a batch, finished or not, in whole hours, where that can be chosen (Bedrock, Groq, Mistral); null for its default.</summary>
    public TimeSpan? BatchWindow { get; init; }

    /// <summary>Time between two status calls; null for the provider's default.</summary>
    public TimeSpan? PollInterval { get; init; }

    /// <summary>Most durable live calls at the same time; null for the provider's own number: see <see cref="IProvider.MaxParallelCalls"/>.</summary>
    public int? MaxParallelCalls { get; init; }

    /// <summary>Further headers of every call.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Name and address, never the key.</summary>
    public override string ToString() => $"{CredentialName} at {Endpoint?.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) ?? "the provider's address"}";

    /// <summary>The window that is asked for, else the usual one.</summary>
    /// <exception cref="ArgumentException">It is none the provider offers.</exception>
    internal TimeSpan WindowWithin(TimeSpan usual, TimeSpan shortest, TimeSpan longest) =>
        BatchWindow is not { } asked ? usual
        : asked >= shortest && asked <= longest && asked.Ticks % TimeSpan.TicksPerHour == 0 ? asked
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"A batch may take {shortest.TotalHours} to {longest.TotalHours} hours, whole ones."));

    internal BatchLimits Apply(BatchLimits limits) => limits with
    {
        MaxRequests = Math.Min(MaxBatchRequests ?? int.MaxValue, limits.MaxRequests),
        MaxBytes = Math.Min(MaxBatchBytes ?? long.MaxValue, limits.MaxBytes),
        MaxQueuedRequests = MaxQueuedRequests ?? limits.MaxQueuedRequests,
        MaxQueuedTokens = MaxQueuedTokens ?? limits.MaxQueuedTokens,
        OpenBatchCaps = MaxOpenBatches is { } most ? [new OpenBatchCap(most)] : limits.OpenBatchCaps,
        PollInterval = PollInterval ?? limits.PollInterval,
    };
}
