using System.Buffers;
using Microsoft.Extensions.AI;

namespace Parsimony;

/// <summary>What a provider must offer. One instance serves one credential and base address; thread safe.</summary>
public interface IProvider
{
    /// <summary>Which provider this is.</summary>
    ProviderId Id { get; }

    /// <summary>The name of the credential it calls with, as rows and seal keys store it; never the key.</summary>
    string CredentialName { get; }

    /// <summary>The region its configuration says the account keeps its data in, in lower case; null when it says none.</summary>
    string? Region => null;

    /// <summary>Most live calls the durable engine makes to it at the same time, on each node; null when it shares what all have together.</summary>
    int? MaxParallelCalls => null;

    /// <summary>What it can do.</summary>
    ProviderCapabilities Capabilities { get; }

    /// <summary>Its batch API; null when it has none.</summary>
    IBatchBackend? Batches { get; }

    /// <summary>Its explicit caches; null when it has none.</summary>
    IExplicitCaches? ExplicitCaches => null;

    /// <summary>Writes the body as it goes on the wire, the same bytes for a live call and a batch line (a batch needs no stream flag, and neither has one).</summary>
    /// <exception cref="ProviderException">The request cannot be said in this provider's dialect; nothing was sent.</exception>
    void Render(Envelope envelope, CacheControl cache, IBufferWriter<byte> output);

    /// <summary>Whether a request can be sent in a slower tier of a lower price (<see cref="Route.Flex"/>), and does not name a tier itself.</summary>
    bool TakesFlexible(Envelope envelope) => false;

    /// <summary>Makes the plain live call. Never retries and never throws for what the provider or the network did: the outcome says it.</summary>
    Task<LiveOutcome> SendAsync(LiveCall call, CancellationToken cancellationToken = default);

    /// <summary>Reads a stored answer body of a chat kind.</summary>
    /// <exception cref="ProviderException">The body is not such an answer (<see cref="FailureCause.Malformed"/>).</exception>
    ChatResponse ReadChat(ReadOnlyMemory<byte> body);

    /// <summary>Reads a stored answer body of an embeddings request: the first vector.</summary>
    /// <exception cref="ProviderException">The body is not such an answer, or the provider has no embeddings.</exception>
    Embedding<float> ReadEmbedding(ReadOnlyMemory<byte> body);

    /// <summary>A live chat client for a model: renders and reads with the same code, keeps nothing.</summary>
    IChatClient CreateChatClient(string model);
}

/// <summary>What a provider can do, as anyone may ask.</summary>
public sealed record ProviderCapabilities
{
    /// <summary>What an unknown provider answers: nothing.</summary>
    public static ProviderCapabilities None { get; } = new();

    /// <summary>Whether it has a batch API.</summary>
    public bool SupportsBatching { get; init; }

    /// <summary>Whether it has prompt caching.</summary>
    public bool SupportsCaching { get; init; }

    /// <summary><c>none</c>, <c>automatic</c> or <c>explicit</c>.</summary>
    public string CacheStrategy { get; init; } = "none";

    /// <summary>Endpoint kinds it serves.</summary>
    public IReadOnlyList<EndpointKind> Kinds { get; init; } = [];
}

/// <summary>One live call, with the intent already stored by the caller.</summary>
/// <param name="Envelope">What to send.</param>
/// <param name="CallKey">Sent as <c>X-Client-Request-Id</c>, so that our row and the provider's log can be matched.</param>
/// <param name="Timeout">When to give up waiting for the whole answer.</param>
public sealed record LiveCall(Envelope Envelope, string CallKey, TimeSpan Timeout)
{
    /// <summary>What is asked of the prompt cache.</summary>
    public CacheControl Cache { get; init; } = CacheControl.None;

    /// <summary>The tier it goes into: <see cref="Route.Live"/> is the plain one, <see cref="Route.Flex"/> the slower one of a lower price, only where <see cref="IProvider.TakesFlexible"/>.</summary>
    /// <value>Default <see cref="Route.Live"/>.</value>
    public Route Route { get; init; } = Route.Live;
}

/// <summary>How a live call ended: one of the nested cases.</summary>
public abstract record LiveOutcome
{
    private LiveOutcome()
    {
    }

    /// <summary>The provider answered, and bills it.</summary>
    public sealed record Answered(Answer Answer) : LiveOutcome;

    /// <summary>The provider is known not to have accepted the call; nothing is billed.</summary>
    public sealed record Refused(ProviderFailure Failure) : LiveOutcome;

    /// <summary>The call may have been accepted and billed; its answer is lost.</summary>
    public sealed record Uncertain(ProviderFailure Failure) : LiveOutcome;
}

/// <summary>An answer as the provider wrote it.</summary>
public sealed record Answer
{
    /// <summary>The provider's response body, verbatim UTF-8 JSON.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What it says was processed; null when it says nothing readable, and then the cost is unknown.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary><c>stop</c>, <c>length</c>, <c>tool_calls</c>, <c>content_filter</c>, or the provider's own word.</summary>
    public string? FinishReason { get; init; }

    /// <summary>The provider's id of this answer.</summary>
    public string? ProviderReference { get; init; }

    /// <summary>The model the provider says answered; null when it does not say.</summary>
    public string? Model { get; init; }

    /// <summary>The tier the provider says it billed, in its own word; null when it does not say.</summary>
    public string? ServiceTier { get; init; }

    /// <summary>The route it was really served and is billed by, as its tier says; null for a plain tier, or where the provider does not say.</summary>
    public Route? Route { get; init; }

    /// <summary>What the provider says it charged for this answer, in USD; null when it does not say. Kept with the ledger's entry, and its cost where there is no price of our own.</summary>
    public decimal? ReportedUsd { get; init; }
}
